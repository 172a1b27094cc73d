"""What the History page asks: shares over time, counts by place, alerts, and rows to take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce

from maskcore.events.records import LABELS, AlertEvent
from maskcore.events.store import EventStore
from maskcore.events.tables import EPOCH, MICROSECOND, AlertRow, PersonRow, Row, UtcTime
from maskcore.types import Summary

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

QUARTER = timedelta(minutes=15)  # hours and days of every time zone begin on one
MOST_ALERTS = 1000

Asked = Select[*tuple[Any, ...]]


class Every(StrEnum):
    """How long a slot of a chart is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which events are asked for.

    Attributes:
        begin: Earliest time, with a zone; a person counts at the time of being first seen.
        end: The time before which events are taken, with a zone.
        cameras: Names; empty: all. Also for alerts.
        zones: Names; empty: all.
        labels: Some of `records.LABELS`; empty: all.
    """

    begin: datetime
    end: datetime
    cameras: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


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
    return _counts(store, chosen).get(None, Summary())


def count_by_camera(store: EventStore, chosen: Chosen) -> dict[str, Summary]:
    """Counts by the camera's name."""
    return dict(sorted(_counts(store, chosen, PersonRow.camera.expression).items()))


def count_by_zone(store: EventStore, chosen: Chosen) -> dict[str, Summary]:
    """Counts by the zone's name; the empty name stands for outside of all zones."""
    return dict(sorted(_counts(store, chosen, PersonRow.zone.expression).items()))


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
    grains = type_coerce(PersonRow.first_at, BigInteger) // (grain // MICROSECOND)
    slots: defaultdict[datetime, list[Summary]] = defaultdict(list)
    for number, counts in _counts(store, chosen, grains).items():
        slots[_slot_begin(EPOCH + number * grain, every, zone)].append(counts)
    return [Slot(begin.astimezone(zone), _add(slots[begin])) for begin in sorted(slots)]


def find_alerts(store: EventStore, chosen: Chosen, *, most: int = MOST_ALERTS) -> list[AlertEvent]:
    """The alerts of the time and cameras chosen, newest first, at most `most`."""
    asked = _among(select(AlertRow.__table__), AlertRow, chosen)
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(AlertRow.at.desc(), AlertRow.id.desc()).limit(most))
        return [AlertEvent(**row) for row in rows.mappings()]


def find_names(store: EventStore, chosen: Chosen) -> tuple[list[str], list[str]]:
    """The names of cameras and of zones that occur, sorted, to choose from."""
    pairs = _people(select(PersonRow.camera, PersonRow.zone).distinct(), chosen)
    with store.reading() as connection:
        found = connection.execute(pairs).all()
    return sorted({camera for camera, _ in found}), sorted({zone for _, zone in found})


def find_picture(store: EventStore, person_id: int) -> bytes | None:
    """The JPEG kept of a person; None where none was kept, or the person is not there."""
    with store.reading() as connection:
        return connection.execute(select(PersonRow.picture_jpeg).where(PersonRow.id == person_id)).scalar()


def people_frame(store: EventStore, chosen: Chosen) -> DataFrame:
    """The people as a table for CSV or Parquet, in order of time, without pictures.

    Returns:
        Columns as the attributes of PersonEvent; first_at and last_at are times in UTC.
    """
    columns = [column for column in PersonRow.__table__.columns if column.name != "picture_jpeg"]
    asked = _people(select(*map(_plain, columns)), chosen).order_by(PersonRow.first_at)
    return _frame(store, asked, times=("first_at", "last_at"))


def alerts_frame(store: EventStore, chosen: Chosen) -> DataFrame:
    """The alerts as a table, in order of time.

    Returns:
        Columns as the attributes of AlertEvent; at is a time in UTC.
    """
    asked = _among(select(*map(_plain, AlertRow.__table__.columns)), AlertRow, chosen)
    return _frame(store, asked.order_by(AlertRow.at), times=("at",))


def _counts(store: EventStore, chosen: Chosen, key: ColumnElement[Any] | None = None) -> dict[Any, Summary]:
    """Counts by a column or an expression; without one, a single entry under None, or no entry."""
    keys = () if key is None else (key,)
    asked = _people(select(PersonRow.label, func.count(), *keys), chosen).group_by(*keys, PersonRow.label)
    found: defaultdict[Any, dict[str, int]] = defaultdict(dict)
    with store.reading() as connection:
        for label, count, *value in connection.execute(asked):
            found[value[0] if value else None][label] = count
    return {value: _summary(counts) for value, counts in found.items()}


def _people(asked: Asked, chosen: Chosen) -> Asked:
    asked = _among(asked, PersonRow, chosen)
    for column, wanted in ((PersonRow.zone, chosen.zones), (PersonRow.label, chosen.labels)):
        asked = asked.where(column.in_(wanted)) if wanted else asked
    return asked


def _among(asked: Asked, row: Row, chosen: Chosen) -> Asked:
    """Only rows of the time and the cameras chosen."""
    asked = asked.where(row.at >= chosen.begin, row.at < chosen.end)
    return asked.where(row.camera.in_(chosen.cameras)) if chosen.cameras else asked


def _slot_begin(moment: datetime, every: Every, zone: tzinfo) -> datetime:
    """The slot that a moment lies in; in UTC, where the two hours of a clock that is set back stay two."""
    local = moment.astimezone(zone)
    if every is Every.DAY:
        local = local.replace(hour=0, minute=0, fold=0)
    elif every is Every.HOUR:
        local = local.replace(minute=0)
    return local.astimezone(UTC)


def _summary(counts: Mapping[str, int]) -> Summary:
    return Summary(sum(counts.values()), **{label: counts.get(label, 0) for label in LABELS})


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
