"""Why a training run failed, in words of what to do."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from signal import Signals

from maskcore.errors import MaskcoreError

OUT_OF_MEMORY = (
    "The machine ran out of memory. Choose a smaller batch or fewer data sets, or end other programs; then go on from "
    "the last checkpoint."
)
DISK_FULL = "The disk is full. Make room, delete old runs perhaps, and go on from the last checkpoint."
NOT_WRITABLE = (
    "The run's folder cannot be written. See that this user may write there, and that the disk is not mounted "
    "read-only; then go on from the last checkpoint."
)
FULL = (errno.ENOSPC, errno.EDQUOT)
LOCKED = (errno.EACCES, errno.EPERM, errno.EROFS)
# TensorFlow and HDF5 pass on what the system, or a thread that reads data, said, but as text
MEMORY_TEXT = re.compile(r"\b\w*MemoryError|ResourceExhaustedError")
FULL_TEXT = re.compile(r"No space left on device|Disk quota exceeded")
DATA_TEXT = re.compile(r"\b(?:ImageDecodeError|DataError): (.+)")


def explain(error: BaseException) -> str:
    """What went wrong and what to do, in one or two sentences.

    Args:
        error: What ended the training. Errors of the core speak for themselves; TensorFlow's are known by their names,
            for this module does without TensorFlow.
    """
    for each in _causes(error):
        if isinstance(each, MaskcoreError):
            return str(each)
        number, text = each.errno if isinstance(each, OSError) else None, f"{type(each).__name__}: {each}"
        if number in FULL or FULL_TEXT.search(text):  # before memory: to TensorFlow both are exhausted resources
            return DISK_FULL
        if number in LOCKED:
            return NOT_WRITABLE
        if said := DATA_TEXT.search(text):
            return said[1]
        if MEMORY_TEXT.search(text):
            return OUT_OF_MEMORY
    return (
        f"Expected the training to reach its end, got {type(error).__name__}: {str(error)[:300]}. The run's output "
        "tells more."
    )


def explain_exit(status: int) -> str:
    """What it means that a process ended without a word.

    Args:
        status: As subprocess tells it: minus the number of a signal, or the exit status.
    """
    if status == -Signals.SIGKILL:
        return (
            "The process was killed. Unless a person did it, the machine ran out of memory: choose a smaller batch or "
            "fewer data sets. It can go on from the last checkpoint."
        )
    how = f"by the signal {Signals(-status).name}" if status < 0 else f"with status {status}"
    return f"The process ended {how}. It can go on from the last checkpoint."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those behind it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
