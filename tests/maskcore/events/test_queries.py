"""The History page's questions, answered alike by both databases."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maskcore.events import queries
from maskcore.events.chosen import Chosen
from maskcore.events.queries import Every, count_over_time, count_people, masked_share
from maskcore.events.store import EventStore
from maskcore.types import Summary
from tests.maskcore.events.made import ALL_TIMES, NOON, make_alert, make_people, make_person

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")  # 5 h 45 min ahead


@pytest.fixture
def four(store: EventStore) -> EventStore:
    """Four people, a minute apart from noon on: one of each label, at two cameras, the last in a zone."""
    looks = [("mask", "door", ""), ("no_mask", "door", ""), ("incorrect", "gate", ""), ("uncertain", "gate", "till")]
    for minute, (label, camera, zone) in enumerate(looks):
        at = NOON + timedelta(minutes=minute)
        store.write([make_person(label=label, camera=camera, zone=zone, first_at=at)])
    return store


def choose(**over: Any) -> Chosen:
    return Chosen(**({"begin": ALL_TIMES.begin, "end": ALL_TIMES.end} | over))


def test_each_label_is_counted(four: EventStore) -> None:
    assert count_people(four, ALL_TIMES) == Summary(faces=4, mask=1, no_mask=1, incorrect=1, uncertain=1)


def test_nobody_is_nought(store: EventStore) -> None:
    assert count_people(store, ALL_TIMES) == Summary()
    assert count_over_time(store, ALL_TIMES, Every.DAY) == []
    assert queries.people_frame(store, ALL_TIMES).empty


CHOICES = [
    ({"cameras": ("gate",)}, 2),
    ({"cameras": ("gate", "door")}, 4),
    ({"cameras": ("roof",)}, 0),
    ({"zones": ("till",)}, 1),
    ({"zones": ("",)}, 3),
    ({"labels": ("mask", "uncertain")}, 2),
    ({"labels": ("mask",), "cameras": ("gate",)}, 0),
    ({"begin": NOON, "end": NOON + timedelta(minutes=3)}, 3),
    ({"begin": (NOON + timedelta(minutes=1)).astimezone(KATHMANDU)}, 3),
]


@pytest.mark.parametrize(("over", "people"), CHOICES, ids=[str(sorted(over)) for over, _ in CHOICES])
def test_a_choice_leaves_out_the_others(four: EventStore, over: dict[str, Any], people: int) -> None:
    assert count_people(four, choose(**over)).faces == people
    assert len(queries.people_frame(four, choose(**over))) == people


def test_counts_by_camera_and_zone_add_up(four: EventStore) -> None:
    assert queries.count_by_camera(four, ALL_TIMES) == {
        "door": Summary(faces=2, mask=1, no_mask=1),
        "gate": Summary(faces=2, incorrect=1, uncertain=1),
    }
    assert queries.count_by_zone(four, choose(cameras=("gate",))) == {
        "": Summary(faces=1, incorrect=1),
        "till": Summary(faces=1, uncertain=1),
    }
    assert queries.find_names(four, ALL_TIMES) == (["door", "gate"], ["", "till"])


def test_the_share_leaves_out_those_who_could_not_be_told() -> None:
    assert masked_share(Summary(faces=5, mask=3, no_mask=1, uncertain=1)) == 0.75
    assert masked_share(Summary(faces=1, uncertain=1)) is None
    assert masked_share(Summary()) is None


SLOTS = [
    (Every.MINUTE, UTC, ["2026-03-18T12:00", "2026-03-18T12:29", "2026-03-18T12:30"]),
    (Every.HOUR, UTC, ["2026-03-18T12:00"]),
    (Every.HOUR, BERLIN, ["2026-03-18T13:00"]),
    (Every.HOUR, KATHMANDU, ["2026-03-18T17:00", "2026-03-18T18:00"]),
    (Every.DAY, UTC, ["2026-03-18T00:00"]),
    (Every.DAY, ZoneInfo("Pacific/Auckland"), ["2026-03-19T00:00"]),
]


@pytest.mark.parametrize(("every", "zone", "begins"), SLOTS, ids=[f"{every}-{zone}" for every, zone, _ in SLOTS])
def test_slots_follow_the_clock_of_the_zone(store: EventStore, every: Every, zone: Any, begins: list[str]) -> None:
    for minute in (0, 29, 30):
        store.write([make_person(first_at=NOON + timedelta(minutes=minute, seconds=59))])
    slots = count_over_time(store, ALL_TIMES, every, zone=zone)
    assert [slot.begin for slot in slots] == [datetime.fromisoformat(begin).replace(tzinfo=zone) for begin in begins]
    assert sum(slot.counts.faces for slot in slots) == 3


def test_the_hour_that_a_clock_repeats_is_two_hours_of_one_day(store: EventStore) -> None:
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    store.write([make_person(first_at=before), make_person(first_at=after, label="no_mask")])
    hours = count_over_time(store, ALL_TIMES, Every.HOUR, zone=BERLIN)
    assert [hour.begin.isoformat() for hour in hours] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]
    (day,) = count_over_time(store, ALL_TIMES, Every.DAY, zone=BERLIN)
    assert day.begin.isoformat() == "2026-10-25T00:00:00+02:00"
    assert day.counts == Summary(faces=2, mask=1, no_mask=1)


def test_alerts_come_newest_first_by_time_and_camera(store: EventStore) -> None:
    alerts = [make_alert(at=NOON + timedelta(minutes=minute), camera="ab"[minute % 2]) for minute in range(5)]
    store.write(alerts)
    assert queries.find_alerts(store, ALL_TIMES) == alerts[::-1]
    assert queries.find_alerts(store, ALL_TIMES, most=2) == alerts[:2:-1]
    assert queries.find_alerts(store, choose(cameras=("b",), end=NOON + timedelta(minutes=3))) == [alerts[1]]


def test_rows_can_be_taken_away_as_csv_and_parquet(store: EventStore) -> None:
    import pandas as pd

    store.write([*make_people(3)[::-1], make_alert()])
    people, alerts = queries.people_frame(store, ALL_TIMES), queries.alerts_frame(store, ALL_TIMES)
    assert list(people.track) == [0, 1, 2]
    assert "picture_jpeg" not in people
    assert (people.first_at[1], alerts["at"][0]) == (NOON + timedelta(seconds=1), NOON)
    parquet = io.BytesIO(people.to_parquet())
    pd.testing.assert_frame_equal(pd.read_parquet(parquet), people)
    assert pd.read_csv(io.StringIO(alerts.to_csv(index=False))).message[0] == make_alert().message
