"""Waiting for the truth of something, in place of waiting for some time."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], *, most_s: float = 30) -> None:
    """Look every few milliseconds whether something holds; a busy machine may take its time."""
    end_s = time.monotonic() + most_s
    while not holds():
        assert time.monotonic() < end_s, f"did not come about within {most_s} s"
        time.sleep(0.01)
