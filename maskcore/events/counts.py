"""Counts people: whole quarters of an hour from their sums, and what juts out over them row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import BigInteger, func, select, type_coerce

from maskcore.events.chosen import Asked, Chosen, like, within
from maskcore.events.records import LABELS
from maskcore.events.store import EventStore
from maskcore.events.tables import EPOCH, MICROSECOND, QUARTER, CountRow, PersonRow
from maskcore.types import Summary

Place = Literal["camera", "zone"]


def count_by(
    store: EventStore, chosen: Chosen, *places: Place, grain: timedelta | None = None
) -> dict[tuple[Any, ...], Summary]:
    """Counts by place and time.

    Args:
        store: Where to look.
        chosen: Which people.
        places: What to keep apart.
        grain: Keep stretches of this length apart, one minute or `QUARTER`; None: all times together.
    Returns:
        Counts by the values of `places` and, with a grain, the stretch's number since 1970; without both, a single
        entry under (), or no entry.
    Raises:
        StoreError: The database cannot be read.
    """
    found: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    with store.reading() as connection:
        for asked in _parts(chosen, places, grain):
            for label, people, *key in connection.execute(asked):
                found[tuple(key)][label] += int(people)  # PostgreSQL adds up to a Decimal
    return {key: Summary(counts.total(), **{name: counts[name] for name in LABELS}) for key, counts in found.items()}


def _parts(chosen: Chosen, places: tuple[Place, ...], grain: timedelta | None) -> Iterator[Asked]:
    first, last = -((EPOCH - chosen.begin) // QUARTER), (chosen.end - EPOCH) // QUARTER
    if first >= last or grain not in (None, QUARTER):
        yield _rows(chosen, places, grain)
        return
    inner_begin, inner_end = EPOCH + first * QUARTER, EPOCH + last * QUARTER
    yield _sums(chosen, first, last, places, grain)
    for begin, end in ((chosen.begin, inner_begin), (inner_end, chosen.end)):
        if begin < end:
            yield _rows(replace(chosen, begin=begin, end=end), places, grain)


def _sums(chosen: Chosen, first: int, last: int, places: tuple[Place, ...], grain: timedelta | None) -> Asked:
    keys = [getattr(CountRow, place) for place in places] + [CountRow.quarter] * (grain is not None)
    asked = select(CountRow.label, func.sum(CountRow.people), *keys)
    asked = asked.where(CountRow.quarter >= first, CountRow.quarter < last)
    return like(asked, CountRow, chosen).group_by(*keys, CountRow.label)


def _rows(chosen: Chosen, places: tuple[Place, ...], grain: timedelta | None) -> Asked:
    keys: list[Any] = [getattr(PersonRow, place) for place in places]
    if grain is not None:
        keys.append(type_coerce(PersonRow.first_at, BigInteger) // (grain // MICROSECOND))
    asked = within(select(PersonRow.label, func.count(), *keys), PersonRow, chosen)
    return like(asked, PersonRow, chosen).group_by(*keys, PersonRow.label)
