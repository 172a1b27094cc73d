"""Deletes what is too old: soon after the start of a process, and every few minutes from then on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

FIRST_S = 15.0  # by then the first page is there, and both need not load the same modules at once
EVERY_S = 600.0

Duty = Callable[[], object]

log = logging.getLogger(__name__)


def keep_deleting(duties: Mapping[str, Duty]) -> None:
    """Begin a daemon thread that does the duties one after another, after FIRST_S seconds and then every EVERY_S.

    Args:
        duties: By the name of what each deletes, as the log tells it where one fails. The others are done all the
            same, and the failed one is tried again the next time.
    """
    threading.Thread(target=_keep_doing, args=(duties,), daemon=True, name="retention").start()


def _keep_doing(duties: Mapping[str, Duty]) -> None:
    time.sleep(FIRST_S)
    while True:
        for what, duty in duties.items():
            try:
                duty()
            except Exception:  # the outermost door of this thread, which tries again
                log.exception("What is too old could not be deleted: %s", what)
        time.sleep(EVERY_S)
