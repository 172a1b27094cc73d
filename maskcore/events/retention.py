"""Forgets what is older than the operator wants to keep, or everything."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, true

from maskcore.events.store import EventStore
from maskcore.events.tables import AlertRow, CountRow, PersonRow, Row

BATCH = 1000  # rows a transaction: a few milliseconds, so that others hardly wait
BREATH_S = 0.05  # between two batches, in which others come to their turn


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept.

    Attributes:
        people: Rows of people.
        alerts: Rows of alerts.
    """

    people: int
    alerts: int


def count_kept(store: EventStore) -> Kept:
    """How many people and alerts of all times are kept.

    Raises:
        StoreError: The database cannot be read.
    """
    with store.reading() as connection:
        people = connection.execute(select(func.sum(CountRow.people))).scalar()
        alerts = connection.execute(select(func.count(AlertRow.id))).scalar_one()
    return Kept(int(people or 0), alerts)


def forget_batch(store: EventStore, *, now: datetime | None = None) -> int:
    """Delete up to 1000 people and 1000 alerts that are older than MASKCORE_KEEP_EVENTS_DAYS.

    Args:
        store: Where to delete.
        now: The time to count back from; None: the clock.
    Returns:
        How many were deleted; 0 when nothing old is left.
    Raises:
        StoreError: The database cannot be written.
    """
    before = (now or datetime.now(UTC)) - timedelta(days=store.settings.keep_events_days)
    return sum(_delete_batch(store, lambda row: row.at < before))


def forget_old(store: EventStore, *, now: datetime | None = None) -> None:
    """Delete all that is too old, in batches; arguments and errors as of `forget_batch`. No database is made for it."""
    while store.is_there and forget_batch(store, now=now):
        time.sleep(BREATH_S)


def forget_all(store: EventStore) -> Kept:
    """Delete people and alerts of all times, in batches; what is written meanwhile goes too.

    Returns:
        How many were deleted.
    Raises:
        StoreError: The database cannot be written; what was deleted until then stays deleted.
    """
    people = alerts = 0
    while any(batch := _delete_batch(store, lambda row: true())):
        people, alerts = people + batch[0], alerts + batch[1]
    return Kept(people, alerts)


def _delete_batch(store: EventStore, which: Callable[[Row], ColumnElement[bool]]) -> tuple[int, int]:
    """Delete up to BATCH people and BATCH alerts; gives how many of each."""
    with store.writing() as connection:
        people, alerts = (
            connection.execute(delete(row).where(row.id.in_(select(row.id).where(which(row)).limit(BATCH)))).rowcount
            for row in (PersonRow, AlertRow)
        )
    return people, alerts
