"""Tells whether the process that works on a job still lives, after a crash and a reused process number too."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from uuid import uuid4


class Owner:
    """A name that lives as long as its process: a file that the process keeps locked.

    The system lets go of the lock when the process ends, however it ends.

    Args:
        folder: Where the file goes; made where it is missing.
    Raises:
        OSError: It cannot be written there.
    """

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.name = uuid4().hex
        new = folder / f"{self.name}.new"
        file = os.open(new, os.O_CREAT | os.O_WRONLY)  # never closed: it belongs to the process, not to this object
        fcntl.flock(file, fcntl.LOCK_EX)
        new.rename(_file(folder, self.name))  # only now can others find it, locked


def lives(folder: Path, name: str) -> bool:
    """Whether the process of that owner still runs; the file of one that does not is removed."""
    path = _file(folder, name)
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
            return False
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"
