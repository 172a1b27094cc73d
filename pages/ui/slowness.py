"""Whether live video is slow enough for a word about it, without a word that comes and goes."""

from __future__ import annotations

from maskcore.video.speed import Pace

SLOW_S = 1.0  # for a frame, and longer
FAST_S = 0.6  # for a frame, and shorter; between the two it stays as it was
HOLD_S = 3.0  # so long it must be so; the first frame takes long everywhere


class Slowness:
    """Follows the pace of one video; told of it about once a second.

    Attributes:
        slow: Whether frames take seconds.
    """

    def __init__(self) -> None:
        self.slow = False
        self._other_since_s: float | None = None  # since when the pace has spoken against `slow`

    def observe(self, pace: Pace, *, now_s: float) -> None:
        """Take the pace of now; `now_s` is a clock that never goes back."""
        frame_s = max(pace.latency_ms / 1e3, pace.working_s or 0.0)
        if not (frame_s < FAST_S if self.slow else frame_s >= SLOW_S):
            self._other_since_s = None
            return
        if self._other_since_s is None:
            self._other_since_s = now_s
        if now_s - self._other_since_s >= HOLD_S:
            self.slow, self._other_since_s = not self.slow, None
