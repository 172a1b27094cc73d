"""Silence while a library loads that greets on standard error and has no switch for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()  # of two at once, the later would keep the earlier's silence for good


@contextmanager
def silent_stderr() -> Iterator[None]:
    """Let what is written to the process's standard error go nowhere, by libraries without Python too.

    Users look there for what went wrong, so it is not for a greeting. Errors are raised as ever.
    """
    with _lock:
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
