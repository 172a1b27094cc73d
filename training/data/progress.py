"""How far long work is, told while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

AT_ONCE = 64  # pictures between two words on the progress

Told = Callable[[int, int], None]  # is given what is done and what there is to do
Item = TypeVar("Item")


def counted(items: Collection[Item], on_progress: Told) -> Iterator[Item]:
    """The items, while `on_progress` is told how many are done and how many there are."""
    for number, item in enumerate(items):
        if number % AT_ONCE == 0:
            on_progress(number, len(items))
        yield item


def tell_nobody(done: int, total: int) -> None:
    """The `on_progress` of those who do not ask."""
