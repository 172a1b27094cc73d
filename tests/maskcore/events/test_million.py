"""A million people are asked quickly. `pytest -m soak -s tests/maskcore/events/test_million.py` prints the times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from maskcore.events import queries, retention
from maskcore.events.chosen import Chosen
from maskcore.events.queries import Every
from maskcore.events.records import LABELS
from maskcore.events.store import EventStore
from maskcore.events.writer import BATCH
from tests.maskcore.events.made import NOON, make_person

PEOPLE = 1_000_000
DAYS = 30
STEP = timedelta(days=DAYS) / PEOPLE
MOST_S = 10.0  # an upper bound for a busy machine, not what it takes
PAGE = ("kept", "month: names", "month: by camera", "month: all", "month: by day", "month: by zone")  # asks all these
BERLIN = ZoneInfo("Europe/Berlin")

MONTH = Chosen(begin=NOON, end=NOON + timedelta(days=DAYS))
WEEK = replace(MONTH, begin=MONTH.end - timedelta(days=7))
DAY = replace(MONTH, begin=MONTH.end - timedelta(days=1))
QUESTIONS: dict[str, Callable[[EventStore], object]] = {
    "month: all": lambda store: queries.count_people(store, MONTH),
    "month: by day": lambda store: queries.count_over_time(store, MONTH, Every.DAY, zone=BERLIN),
    "month: by hour": lambda store: queries.count_over_time(store, MONTH, Every.HOUR, zone=BERLIN),
    "month: by camera": lambda store: queries.count_by_camera(store, MONTH),
    "month: by zone": lambda store: queries.count_by_zone(store, MONTH),
    "month: by zone, one camera": lambda store: queries.count_by_zone(store, replace(MONTH, cameras=("camera 1",))),
    "month: names": lambda store: queries.find_names(store, MONTH),
    "week: by hour": lambda store: queries.count_over_time(store, WEEK, Every.HOUR, zone=BERLIN),
    "week: rows": lambda store: queries.people_frame(store, WEEK),
    "day: by minute": lambda store: queries.count_over_time(store, DAY, Every.MINUTE),
    "kept": retention.count_kept,
    "oldest 1000 forgotten": lambda store: retention.forget_batch(store, now=NOON + timedelta(days=91)),
    "month: rows": lambda store: queries.people_frame(store, MONTH),
}


@pytest.mark.soak
def test_a_million_people_are_asked_quickly(sqlite_store: EventStore) -> None:
    took_s = {"written": seconds(lambda: fill(sqlite_store))}
    for name, ask in QUESTIONS.items():
        took_s[name] = seconds(lambda ask=ask: ask(sqlite_store))
    took_s["the page"] = sum(took_s[name] for name in PAGE)
    print(f"\n{PEOPLE} people over {DAYS} days\n" + "\n".join(f"{name:28}{s:8.3f} s" for name, s in took_s.items()))
    assert queries.count_people(sqlite_store, MONTH).faces == PEOPLE - retention.BATCH
    assert max(took_s[name] for name in QUESTIONS if name != "month: rows") < MOST_S


def fill(store: EventStore) -> None:
    for begin in range(0, PEOPLE, BATCH):
        store.write(
            make_person(
                track=number,
                label=LABELS[number * 7 % 11 % 4],
                camera=f"camera {number % 4}",
                zone=("", "door", "till")[number % 3],
                first_at=NOON + number * STEP,
            )
            for number in range(begin, begin + BATCH)
        )


def seconds(do: Callable[[], object]) -> float:
    begin_s = time.perf_counter()
    do()
    return time.perf_counter() - begin_s
