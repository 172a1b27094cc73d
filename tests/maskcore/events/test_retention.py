"""What is older than the operator wants to keep is forgotten, little by little, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from maskcore.events import retention
from maskcore.events.queries import count_people, find_alerts, people_frame
from maskcore.events.retention import Kept
from maskcore.events.store import EventStore
from maskcore.settings import Settings
from tests.maskcore.events.made import ALL_TIMES, NOON, make_alert, make_people, make_person

MOMENT = timedelta(microseconds=1)


def test_only_what_is_older_than_the_days_kept_goes(make_store: Callable[..., EventStore]) -> None:
    store = make_store(keep_events_days=2)
    for at in (NOON, NOON - MOMENT, NOON + MOMENT):
        store.write([make_person(first_at=at), make_alert(at=at)])
    assert retention.forget_batch(store, now=NOON + timedelta(days=2)) == 2
    assert sorted(people_frame(store, ALL_TIMES).first_at) == [NOON, NOON + MOMENT]
    assert [alert.at for alert in find_alerts(store, ALL_TIMES)] == [NOON + MOMENT, NOON]


def test_many_rows_go_batch_by_batch(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)
    store.write(make_people(10))
    later = NOON + timedelta(days=365)
    assert [retention.forget_batch(store, now=later) for _ in range(4)] == [4, 4, 2, 0]
    assert count_people(store, ALL_TIMES).faces == 0


def test_all_that_is_too_old_goes_in_one_call(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)
    store.write([*make_people(10), make_person(first_at=NOON + timedelta(days=300))])
    retention.forget_old(store, now=NOON + timedelta(days=300))
    assert count_people(store, ALL_TIMES).faces == 1


def test_no_database_is_made_to_delete_from(tmp_path: Path) -> None:
    retention.forget_old(EventStore(settings=Settings(data_dir=tmp_path / "data")))
    assert not list(tmp_path.iterdir())


def test_all_is_counted_and_forgotten_whatever_its_age(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)
    store.write([*make_people(10), make_alert(), make_alert(at=NOON + timedelta(days=30_000))])
    assert retention.count_kept(store) == Kept(people=10, alerts=2)
    assert retention.forget_all(store) == Kept(people=10, alerts=2)
    assert retention.count_kept(store) == Kept(people=0, alerts=0) == retention.forget_all(store)
