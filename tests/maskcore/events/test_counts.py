"""Sums by quarter of an hour say what the rows say, whatever was written, corrected or deleted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from maskcore.events import retention
from maskcore.events.chosen import Chosen
from maskcore.events.counts import count_by
from maskcore.events.queries import people_frame
from maskcore.events.records import LABELS
from maskcore.events.store import EventStore
from maskcore.events.tables import QUARTER, CountRow
from tests.maskcore.events.made import ALL_TIMES, NOON, make_people, make_person

SPANS = [
    (NOON, NOON + timedelta(hours=2)),
    (NOON + timedelta(minutes=1), NOON + timedelta(minutes=14)),  # within one quarter
    (NOON + timedelta(minutes=14), NOON + timedelta(minutes=16)),  # around a border
    (NOON + timedelta(minutes=7, microseconds=1), NOON + timedelta(minutes=53)),
    (NOON + timedelta(minutes=15), NOON + timedelta(minutes=15)),  # nothing
]


@pytest.fixture
def store(make_store: Callable[..., EventStore]) -> EventStore:
    """Two hundred people over two hours, a third of them corrected later, the first ones forgotten."""
    store, chance = make_store(keep_events_days=1), random.Random(7)
    people = [
        make_person(
            first_at=NOON + timedelta(seconds=36 * number),
            label=chance.choice(LABELS),
            camera=chance.choice("ab"),
            zone=chance.choice(("", "till")),
        )
        for number in range(200)
    ]
    store.write(people)
    store.write(replace(person, label=chance.choice(LABELS), camera="c") for person in people[::3])
    retention.forget_batch(store, now=NOON + timedelta(days=1, minutes=5))
    return store


@pytest.mark.parametrize(("begin", "end"), SPANS)
def test_sums_say_what_the_rows_say(store: EventStore, begin: datetime, end: datetime) -> None:
    chosen = Chosen(begin=begin, end=end, cameras=("a", "c"), labels=("mask", "no_mask", "uncertain"))
    rows = people_frame(store, chosen)
    counted = {key: counts.faces for key, counts in count_by(store, chosen, "camera", "zone").items()}
    assert counted == Counter(zip(rows.camera, rows.zone, strict=True))
    quarters = {key: counts.mask for key, counts in count_by(store, chosen, grain=QUARTER).items() if counts.mask}
    assert quarters == Counter((int(at.timestamp()) // 900,) for at in rows[rows.label == "mask"].first_at)


def test_nothing_is_left_of_people_who_are_forgotten(store: EventStore) -> None:
    retention.forget_all(store)
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(CountRow)).scalar() == 0


def test_writing_the_same_once_more_changes_no_sum(store: EventStore) -> None:
    people = make_people(5)
    store.write(people)
    before = count_by(store, ALL_TIMES, "camera", grain=QUARTER)
    store.write(people)
    assert count_by(store, ALL_TIMES, "camera", grain=QUARTER) == before
