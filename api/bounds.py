"""Bounds on what is in hand at once: more is put off at once instead of waiting for ever."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore

from werkzeug.exceptions import ServiceUnavailable


class Bound:
    """So many at a time; threads share it.

    Args:
        most: How many.
        what: What they are, in the plural.
        retry_after_s: When one more may be tried.
    """

    def __init__(self, most: int, what: str, *, retry_after_s: int):
        self._most, self._what, self._retry_after_s = most, what, retry_after_s
        self._free = BoundedSemaphore(most)

    def enter(self) -> None:
        """Count one more in hand.

        Raises:
            ServiceUnavailable: There are as many as there may be.
        """
        if not self._free.acquire(blocking=False):
            raise ServiceUnavailable(
                f"At most {self._most} {self._what} are taken at once, and there are as many now. Wait as long as the "
                "header Retry-After says.",
                retry_after=self._retry_after_s,
            )

    def leave(self) -> None:
        """Count one less."""
        self._free.release()


class Streams(Bound):
    """The live streams of a process.

    Attributes:
        going: Whether the process goes on; whoever runs it may put another answer here.
    """

    def __init__(self, most: int):
        super().__init__(most, "live streams", retry_after_s=5)
        self.going: Callable[[], bool] = lambda: True
