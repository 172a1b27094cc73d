"""One place for the newest picture: who is slow gets the latest, never a queue."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Newest(Generic[Item]):
    """Hands the newest item from one thread to another; older ones that nobody took are passed over."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._item: Item | None = None
        self._passed_over = 0

    def put(self, item: Item) -> None:
        """Offer an item; it takes the place of one that was not taken."""
        with self._changed:
            self._passed_over += self._item is not None
            self._item = item
            self._changed.notify()

    def take(self, *, timeout_s: float) -> tuple[Item, int] | None:
        """The newest item and how many were passed over since the last; None when none comes in time."""
        with self._changed:
            if self._item is None:
                self._changed.wait(timeout_s)
            item, self._item = self._item, None
            if item is None:
                return None
            passed_over, self._passed_over = self._passed_over, 0
            return item, passed_over
