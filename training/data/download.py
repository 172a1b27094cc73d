"""A data set on its way from Kaggle, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from training.data.kaggle import fetch, size_so_far
from training.data.notes import Notes
from training.errors import DataError, DownloadError

_log = logging.getLogger(__name__)


class Download:
    """Begins at once; ends with the process, and then leaves nothing half done that counts as a set.

    Attributes:
        name: OWNER/NAME.
        folder: Where the set will lie.
        error: Why it failed; None where it did not.
    """

    def __init__(self, name: str, folder: Path, *, notes: Notes):
        self.name, self.folder, self._notes = name, folder, notes
        self.error: DataError | None = None
        self._began_s = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="kaggle-download", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still on its way."""
        return self._thread.is_alive()

    @property
    def progress(self) -> tuple[float, float]:
        """Megabytes on disk so far, and seconds since the start."""
        return size_so_far(self.folder) / 1e6, time.monotonic() - self._began_s

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until it ends, or for so long."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            fetch(self.name, self.folder, notes=self._notes)
        except DataError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - outermost door of the thread; the page tells what it says
            _log.exception("The download of %s stumbled", self.name)
            self.error = DownloadError(f"A fault of the program stopped the download: {error!r}. See the log.")
