"""When the frames of a stream were taken."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

TRUST_S = 2.0  # a frame that seems older or newer than this was not: the clock of its stream jumped


class StreamClock:
    """Counts seconds from its making, by the times that a stream gives its frames as far as they can be true.

    People move by these times, however late and unevenly frames arrive; but the clocks of some streams jump.
    """

    def __init__(self) -> None:
        self._began, self._began_at = time.monotonic(), datetime.now(UTC)
        self._last_s = 0.0
        self._stream_began_s: float | None = None  # what the stream's clock showed when ours showed 0

    def at_s(self, taken_s: float | None) -> float:
        """Seconds at which a frame was taken, never far from now and never before the last one.

        Args:
            taken_s: Seconds of the stream; None: now.
        """
        now_s = time.monotonic() - self._began
        if taken_s is not None:
            if self._stream_began_s is None or abs(taken_s - self._stream_began_s - now_s) > TRUST_S:
                self._stream_began_s = taken_s - now_s
            now_s = taken_s - self._stream_began_s
        self._last_s = max(self._last_s, now_s)
        return self._last_s

    def time_of_day(self, at_s: float) -> datetime:
        """When it was so many seconds, in UTC."""
        return self._began_at + timedelta(seconds=at_s)
