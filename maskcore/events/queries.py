"""What the History page asks: shares over time, counts by place, alerts, and rows to take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, select, type_coerce

from maskcore.events.chosen import Asked, Chosen, at_cameras, like, within
from maskcore.events.counts import count_by
from maskcore.events.records import AlertEvent, PersonEvent
from maskcore.events.store import EventStore
from maskcore.events.tables import EPOCH, QUARTER, AlertRow, PersonRow, UtcTime
from maskcore.types import Summary

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

MOST_ALERTS = 1000
NEWEST = 100


class Every(StrEnum):
    """How long a slot of a chart is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Slot:
    """A minute, hour or day in which somebody was counted.

    Attributes:
        begin: When it begins, in the time zone asked for.
        counts: The people by label.
    """

    begin: datetime
    counts: Summary


def masked_share(counts: Summary) -> float | None:
    """Share of people with a mask worn right, 0 to 1, among those who could be told; None where nobody could."""
    told = counts.faces - counts.uncertain
    return counts.mask / told if told else None


def count_people(store: EventStore, chosen: Chosen) -> Summary:
    """How many people were counted, by label.

    Raises:
        StoreError: The database cannot be read; so for all functions here.
    """
    return count_by(store, chosen).get((), Summary())


def count_by_camera(store: EventStore, chosen: Chosen) -> dict[str, Summary]:
    """Counts by the camera's name."""
    return {camera: counts for (camera,), counts in sorted(count_by(store, chosen, "camera").items())}


def count_by_zone(store: EventStore, chosen: Chosen) -> dict[str, Summary]:
    """Counts by the zone's name; the empty name stands for outside of all zones."""
    return {zone: counts for (zone,), counts in sorted(count_by(store, chosen, "zone").items())}


def count_over_time(store: EventStore, chosen: Chosen, every: Every, *, zone: tzinfo = UTC) -> list[Slot]:
    """Counts by minute, hour or day of a time zone's clock.

    Args:
        store: Where to look.
        chosen: Which people.
        every: The length of a slot.
        zone: Whose hours and days; those with daylight saving keep days of 23 and 25 hours.
    Returns:
        Slots in order of time; those without people are left out.
    """
    grain = timedelta(minutes=1) if every is Every.MINUTE else QUARTER
    slots: defaultdict[datetime, list[Summary]] = defaultdict(list)
    for (number,), counts in count_by(store, chosen, grain=grain).items():
        slots[_slot_begin(EPOCH + number * grain, every, zone)].append(counts)
    return [Slot(begin.astimezone(zone), _add(slots[begin])) for begin in sorted(slots)]


def find_alerts(store: EventStore, chosen: Chosen, *, most: int = MOST_ALERTS) -> list[AlertEvent]:
    """The alerts of the time and cameras chosen, newest first, at most `most`."""
    asked = _alerts(select(AlertRow.__table__), chosen)
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(AlertRow.at.desc(), AlertRow.id.desc()).limit(most))
        return [AlertEvent(**row) for row in rows.mappings()]


def find_names(store: EventStore, chosen: Chosen) -> tuple[list[str], list[str]]:
    """The names of cameras and of zones that occur, sorted, to choose from."""
    found = count_by(store, chosen, "camera", "zone")
    return sorted({camera for camera, _ in found}), sorted({zone for _, zone in found})


def find_newest(store: EventStore, chosen: Chosen, *, most: int = NEWEST) -> list[PersonEvent]:
    """The newest of the people chosen, newest first, at most `most`, with their pictures."""
    asked = like(within(select(PersonRow.__table__), PersonRow, chosen), PersonRow, chosen)
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(PersonRow.first_at.desc(), PersonRow.id.desc()).limit(most))
        return [PersonEvent(**row) for row in rows.mappings()]


def people_frame(store: EventStore, chosen: Chosen) -> DataFrame:
    """The people as a table for CSV or Parquet, in order of time, without pictures.

    Returns:
        Columns as the attributes of PersonEvent; first_at and last_at are times in UTC.
    """
    columns = [column for column in PersonRow.__table__.columns if column.name != "picture_jpeg"]
    asked = like(within(select(*map(_plain, columns)), PersonRow, chosen), PersonRow, chosen)
    return _frame(store, asked.order_by(PersonRow.first_at), times=("first_at", "last_at"))


def alerts_frame(store: EventStore, chosen: Chosen) -> DataFrame:
    """The alerts as a table, in order of time.

    Returns:
        Columns as the attributes of AlertEvent; at is a time in UTC.
    """
    asked = _alerts(select(*map(_plain, AlertRow.__table__.columns)), chosen)
    return _frame(store, asked.order_by(AlertRow.at), times=("at",))


def _alerts(asked: Asked, chosen: Chosen) -> Asked:
    return at_cameras(within(asked, AlertRow, chosen), AlertRow, chosen)


def _slot_begin(moment: datetime, every: Every, zone: tzinfo) -> datetime:
    """The slot that a moment lies in; in UTC, where the two hours of a clock that is set back stay two."""
    local = moment.astimezone(zone)
    if every is Every.DAY:
        local = local.replace(hour=0, minute=0, fold=0)
    elif every is Every.HOUR:
        local = local.replace(minute=0)
    return local.astimezone(UTC)


def _add(parts: Iterable[Summary]) -> Summary:
    each = [part.to_dict() for part in parts]
    return Summary(**{name: sum(part[name] for part in each) for name in each[0]})


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Times as the numbers they are stored as: pandas turns a whole column at once."""
    is_time = isinstance(column.type, UtcTime)
    return type_coerce(column, BigInteger).label(column.key) if is_time else column


def _frame(store: EventStore, asked: Asked, *, times: tuple[str, ...]) -> DataFrame:
    import pandas as pd

    with store.reading() as connection:
        frame = pd.read_sql(asked, connection)
    return frame.assign(**{name: pd.to_datetime(frame[name], unit="us", utc=True) for name in times})
