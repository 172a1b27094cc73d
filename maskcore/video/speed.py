"""How fast frames are looked at, told while they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WINDOW_S = 3.0  # figures are means over the last seconds, or over the last two frames where they take longer
LEAST_FRAMES = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast frames are looked at.

    Attributes:
        frames_per_s: Frames looked at a second.
        latency_ms: From frame to marked frame, mean.
        age_s: Since the newest marked frame; None before the first.
        working_s: How long the frame that is looked at now has taken so far; None where none is.
    """

    frames_per_s: float = 0.0
    latency_ms: float = 0.0
    age_s: float | None = None
    working_s: float | None = None

    @property
    def silent_s(self) -> float | None:
        """Seconds without a frame, marked or worked on; None before the first."""
        return self.age_s if self.working_s is None else 0.0


class Speed:
    """Takes the time of each frame. One thread works on frames; any may ask for the pace."""

    def __init__(self) -> None:
        self._done: tuple[tuple[float, float], ...] = ()  # when a frame was ready, and the ms it took; never changed
        self._began_s: float | None = None

    @contextmanager
    def work(self) -> Iterator[None]:
        """A frame is worked on within the block; one that ends by an error is not counted."""
        self._began_s = began_s = time.monotonic()
        try:
            yield
            now_s = time.monotonic()
            self._done = (*_recent(self._done, now_s), (now_s, (now_s - began_s) * 1e3))
        finally:
            self._began_s = None

    def pace(self) -> Pace:
        """How fast it goes now."""
        now_s, began_s, done = time.monotonic(), self._began_s, self._done
        working_s = None if began_s is None else now_s - began_s
        if not done:
            return Pace(working_s=working_s)
        recent = _recent(done, now_s)
        return Pace(
            frames_per_s=(len(recent) - 1) / max(now_s - recent[0][0], 1e-3),
            latency_ms=sum(ms for _, ms in recent) / len(recent),
            age_s=now_s - done[-1][0],
            working_s=working_s,
        )


def _recent(done: tuple[tuple[float, float], ...], now_s: float) -> tuple[tuple[float, float], ...]:
    return tuple(each for each in done[:-LEAST_FRAMES] if now_s - each[0] <= WINDOW_S) + done[-LEAST_FRAMES:]
