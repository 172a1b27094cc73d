"""When the frames of a stream were taken."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

TRUST_S = 2.0  # a clock that is further off than this jumped


class StreamClock:
    """Counts seconds from its making, by the times that a stream gives its frames as far as they can be true.

    People move by these times, however late and unevenly frames arrive; but the clocks of some streams jump. So does
    the time of day, when it is set, and when the machine wakes: what it slept, the count of seconds leaves out.
    """

    def __init__(self) -> None:
        self._began, self._last_s = time.monotonic(), 0.0
        self._stream_began_s: float | None = None  # what the stream's clock showed when ours showed 0
        self._began_at = self._earlier_at = datetime.now(UTC)  # the time of day at 0, as it counts now and did before
        self._jumped_s = 0.0  # the last second before the newest jump of the time of day

    def at_s(self, taken_s: float | None) -> float:
        """Seconds at which a frame was taken, never far from now and never before the last one.

        Args:
            taken_s: Seconds of the stream; None: now.
        """
        now_s = time.monotonic() - self._began
        self._follow_time_of_day(now_s)
        if taken_s is not None:
            if self._stream_began_s is None or abs(taken_s - self._stream_began_s - now_s) > TRUST_S:
                self._stream_began_s = taken_s - now_s
            now_s = taken_s - self._stream_began_s
        self._last_s = max(self._last_s, now_s)
        return self._last_s

    def time_of_day(self, at_s: float) -> datetime:
        """When it was so many seconds, in UTC, as the time of day counted then."""
        return (self._earlier_at if at_s <= self._jumped_s else self._began_at) + timedelta(seconds=at_s)

    def _follow_time_of_day(self, now_s: float) -> None:
        began_at = datetime.now(UTC) - timedelta(seconds=now_s)
        if abs(began_at - self._began_at) > timedelta(seconds=TRUST_S):
            self._earlier_at, self._began_at, self._jumped_s = self._began_at, began_at, self._last_s
