"""The caller never waits; what was put reaches the database once, whatever happens to it meanwhile."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Pool, event

from maskcore.events import database, writer
from maskcore.events.database import FILE_NAME
from maskcore.events.queries import count_people, people_frame
from maskcore.events.store import EventStore
from maskcore.events.writer import EventWriter, StoreState
from tests.maskcore.events.made import ALL_TIMES, make_alert, make_people, make_person
from tests.maskcore.events.postgres import PostgresServer
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
LOST_AT_MOST_S = 1.0


@pytest.fixture(autouse=True)
def _keeps_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The people of these tests have been there for longer than the usual days."""
    monkeypatch.setenv("MASKCORE_KEEP_EVENTS_DAYS", "36500")


def tracks_of(store: EventStore) -> list[int]:
    return sorted(people_frame(store, ALL_TIMES).track)


def test_closing_writes_what_waits(store: EventStore) -> None:
    with EventWriter(store, flush_s=60) as events:
        for person in make_people(2500):
            events.put(person)
        events.put(make_alert())
    assert events.state == StoreState(waiting=0, written=2501, dropped=0)
    assert tracks_of(store) == list(range(2500))


def test_events_are_written_without_being_asked(sqlite_store: EventStore) -> None:
    with EventWriter(sqlite_store) as events:
        events.put(make_person())
        wait_until(lambda: count_people(sqlite_store, ALL_TIMES).faces == 1)


def test_a_correction_takes_the_place_of_what_waits(sqlite_store: EventStore) -> None:
    with EventWriter(sqlite_store, flush_s=60, capacity=1) as events:
        events.put(person := make_person(label="no_mask"))
        events.put(replace(person, label="mask"))
    assert events.state == StoreState(waiting=0, written=1, dropped=0)
    assert count_people(sqlite_store, ALL_TIMES).mask == 1


def test_the_caller_does_not_wait_for_a_locked_database(
    make_sqlite: Callable[..., EventStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_S", 0.05)
    store = make_sqlite()
    store.write([])
    with EventWriter(store, flush_s=0.02, capacity=1500) as events:
        with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            begin_s = time.monotonic()
            for person in make_people(2000):
                events.put(person)
            took_s = time.monotonic() - begin_s
            wait_until(lambda: not events.state.ok)
            state = events.state
            assert count_people(store, ALL_TIMES).faces == 0, "readers do not wait either"
        assert (state.waiting, state.written, state.dropped) == (1500, 0, 500)
        assert "locked" in state.reason
        wait_until(lambda: events.state == StoreState(waiting=0, written=1500, dropped=500))
    assert took_s < 5, "waiting for the lock at each would take 100 s"
    assert tracks_of(store) == list(range(1500)), "the later ones were dropped"


def test_a_full_disk_is_told_and_waited_for(sqlite_store: EventStore) -> None:
    sqlite_store.write([])
    with EventWriter(sqlite_store, flush_s=0.02) as events:
        with full_disk():
            for person in make_people(3000):
                events.put(person)
            wait_until(lambda: "full" in events.state.reason)
            assert not events.state.ok
        wait_until(lambda: events.state == StoreState(waiting=0, written=3000, dropped=0))
    assert tracks_of(sqlite_store) == list(range(3000))


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's answer on a full disk, by its own limit of 4 KiB pages."""

    def limit(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=20")

    event.listen(Pool, "connect", limit)
    yield
    event.remove(Pool, "connect", limit)


def test_a_server_that_went_away_gets_all_when_it_is_back(
    postgres: PostgresServer, make_postgres: Callable[..., EventStore]
) -> None:
    store = make_postgres()
    with EventWriter(store, flush_s=0.02) as events:
        for person in make_people(2000):
            if person.track == 1000:
                wait_until(lambda: events.state.waiting == 0)
                postgres.stop()
            events.put(person)
        wait_until(lambda: not events.state.ok)
        assert events.state.waiting == 1000
        assert events.state.dropped == 0
        postgres.start()
        wait_until(lambda: events.state == StoreState(waiting=0, written=2000, dropped=0))
    assert tracks_of(store) == list(range(2000))


def test_a_lost_folder_is_made_again(make_sqlite: Callable[..., EventStore], tmp_path: Path) -> None:
    store = make_sqlite()
    (tmp_path / "data").touch()
    with EventWriter(store, flush_s=0.02) as events:
        events.put(make_person())
        wait_until(lambda: not events.state.ok)
        (tmp_path / "data").unlink()
        wait_until(lambda: events.state.written == 1)
    assert count_people(store, ALL_TIMES).faces == 1


def test_closing_without_a_database_ends_and_tells_what_is_lost(
    make_sqlite: Callable[..., EventStore], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").touch()
    with EventWriter(make_sqlite(), flush_s=60) as events:
        events.put(make_person())
    events.put(make_person())
    assert (events.state.waiting, events.state.dropped) == (1, 1)
    assert "1 events were not written" in caplog.text


def test_a_database_that_does_not_answer_is_told(sqlite_store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SILENCE_S", 0.05)
    answer = threading.Event()
    with EventWriter(sqlite_store, flush_s=0.02) as events:
        with monkeypatch.context() as patched:
            patched.setattr(sqlite_store, "write", lambda _: answer.wait())
            events.put(make_person())
            wait_until(lambda: "not answered" in events.state.reason)
            assert events.state.waiting == 1
            answer.set()
        wait_until(lambda: events.state.ok)


def test_a_fault_of_the_program_is_told_and_outlived(
    make_sqlite: Callable[..., EventStore], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = make_sqlite()
    with EventWriter(store, flush_s=0.02) as events:
        with monkeypatch.context() as patched:
            patched.setattr(store, "write", lambda _: 1 // 0)
            events.put(make_person())
            wait_until(lambda: "fault" in events.state.reason)
        wait_until(lambda: events.state == StoreState(waiting=0, written=1, dropped=0))
    assert "ZeroDivisionError" in caplog.text


PUT_ON_AND_ON = """
import sys, time
from pathlib import Path
from maskcore.events.store import EventStore
from maskcore.events.writer import EventWriter
from maskcore.settings import Settings
from tests.maskcore.events.made import make_person
events = EventWriter(EventStore(settings=Settings(data_dir=Path(sys.argv[1]))))
track = 0
while True:
    events.put(make_person(track=track))
    print(track, time.time(), flush=True)
    track += 1
    time.sleep(0.001)
"""


@pytest.mark.slow
@pytest.mark.parametrize("alive_s", [1.6, 2.1, 2.45])
def test_a_killed_process_loses_a_second_at_most_and_spoils_nothing(
    alive_s: float, sqlite_store: EventStore, tmp_path: Path
) -> None:
    with open(tmp_path / "put", "w+") as put:
        child = subprocess.Popen([sys.executable, "-c", PUT_ON_AND_ON, tmp_path / "data"], cwd=ROOT, stdout=put)
        wait_until(lambda: (tmp_path / "put").stat().st_size > 0)
        time.sleep(alive_s)
        killed_at_s = time.time()
        child.kill()
        child.wait()
        put.seek(0)
        times_s = [float(line.split()[1]) for line in put.read().splitlines()[:-1]]
    with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    written = tracks_of(sqlite_store)
    safe = [track for track, at_s in enumerate(times_s) if at_s < killed_at_s - LOST_AT_MOST_S]
    assert safe, "it was killed too soon to tell"
    assert written == list(range(len(written)))
    assert len(written) >= len(safe)
    print(
        f"{len(times_s)} put, {len(written)} written, the last {killed_at_s - times_s[len(written) - 1]:.2f} s before"
    )


def test_the_end_of_the_program_writes_what_waits(sqlite_store: EventStore, tmp_path: Path) -> None:
    code = PUT_ON_AND_ON.replace("while True:", "while track < 10:")
    subprocess.run([sys.executable, "-c", code, tmp_path / "data"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    assert tracks_of(sqlite_store) == list(range(10))
