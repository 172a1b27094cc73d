"""The folder where the processes of a server keep their figures for /metrics; it goes with the server.

A server that is killed leaves its folder behind, and the next start takes it away. A lock tells which ones are still in
use: the processes of a server share it, and the system gives it up with the last of them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "maskcore-figures-"
_MEMORY = Path("/dev/shm")  # where Linux keeps files that need no disk


class FiguresFolder:
    """A new folder, empty, in use as long as this process or one forked from it lives; those in no use are taken away.

    Attributes:
        path: Where it is.

    Args:
        within: Where such folders lie; None: in memory where the system has a place for that, since a process ends on
            the spot that counts into a file on a full disk; else among the temporary files.
    """

    def __init__(self, within: Path | None = None):
        within = within or (_MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir()))
        for left in within.glob(f"{_PREFIX}*"):
            _remove_unused(left)
        self.path, self._lock = _make(within)

    def remove(self) -> None:
        """Forget the figures."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _make(within: Path) -> tuple[Path, int]:
    """A folder and the lock on it; another server may take the folder away before it is locked."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=within))
        with suppress(FileNotFoundError):
            lock = _open(path)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists():
                return path, lock
            os.close(lock)


def _remove_unused(path: Path) -> None:
    """Take a folder of this user away, unless a process holds its lock."""
    try:
        lock = _open(path)
    except OSError:
        return  # gone by now, another user's, or no folder
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_uid == os.geteuid():
            shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
