"""Why a training run failed, in words of what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from signal import Signals

from maskcore.errors import MaskcoreError

OUT_OF_MEMORY = (
    "The machine ran out of memory. Choose a smaller batch or fewer data sets, or end other programs; then go on from "
    "the last checkpoint."
)
DISK_FULL = "The disk is full. Make room, delete old runs perhaps, and go on from the last checkpoint."


def explain(error: BaseException) -> str:
    """What went wrong and what to do, in one or two sentences.

    Args:
        error: What ended the training. Errors of the core speak for themselves; TensorFlow's lack of memory is known
            by its name, for this module does without TensorFlow.
    """
    for each in _causes(error):
        if isinstance(each, MaskcoreError):
            return str(each)
        if isinstance(each, MemoryError) or type(each).__name__ == "ResourceExhaustedError":
            return OUT_OF_MEMORY
        if isinstance(each, OSError) and each.errno in (errno.ENOSPC, errno.EDQUOT):
            return DISK_FULL
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
