"""Which events are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from maskcore.events.tables import CountRow, PersonRow, Row

Asked = Select[*tuple[Any, ...]]


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


def within(asked: Asked, row: Row, chosen: Chosen) -> Asked:
    """Only rows of the time chosen."""
    return asked.where(row.at >= chosen.begin, row.at < chosen.end)


def at_cameras(asked: Asked, row: Row | type[CountRow], chosen: Chosen) -> Asked:
    """Only rows of the cameras chosen."""
    return asked.where(row.camera.in_(chosen.cameras)) if chosen.cameras else asked


def like(asked: Asked, row: type[PersonRow] | type[CountRow], chosen: Chosen) -> Asked:
    """Only people of the cameras, zones and labels chosen, of any time."""
    asked = at_cameras(asked, row, chosen)
    for column, wanted in ((row.zone, chosen.zones), (row.label, chosen.labels)):
        asked = asked.where(column.in_(wanted)) if wanted else asked
    return asked
