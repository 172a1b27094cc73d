"""Made people and alerts, and patience."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from maskcore.events.chosen import Chosen
from maskcore.events.records import AlertEvent, PersonEvent

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday
ALL_TIMES = Chosen(begin=datetime(2000, 1, 1, tzinfo=UTC), end=datetime(2100, 1, 1, tzinfo=UTC))


def make_person(**over: Any) -> PersonEvent:
    """Someone masked who stood before the door for three seconds at noon; any field can be given."""
    first_at = over.pop("first_at", NOON)
    fields: dict[str, Any] = {
        "track": 7,
        "label": "mask",
        "confidence": 0.9,
        "first_at": first_at,
        "last_at": first_at + timedelta(seconds=3),
        "camera": "door",
        "zone": "",
        "model_id": "fake",
    }
    return PersonEvent(**(fields | over))


def make_people(count: int) -> list[PersonEvent]:
    """People a second apart, tracks 0 and up."""
    return [make_person(track=track, first_at=NOON + timedelta(seconds=track)) for track in range(count)]


def make_alert(**over: Any) -> AlertEvent:
    """An alert at noon; any field can be given."""
    fields: dict[str, Any] = {"rule": "no mask", "at": NOON, "camera": "door", "message": "A face without a mask"}
    return AlertEvent(**(fields | over))
