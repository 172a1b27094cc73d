"""Forgets what is older than the operator wants to keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from maskcore.events.store import EventStore
from maskcore.events.tables import ROW_BY_EVENT

BATCH = 1000  # rows a transaction: a few milliseconds, so that others hardly wait


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
    deleted = 0
    with store.writing() as connection:
        for row in ROW_BY_EVENT.values():
            old = select(row.id).where(row.at < before).limit(BATCH)
            deleted += connection.execute(delete(row).where(row.id.in_(old))).rowcount
    return deleted
