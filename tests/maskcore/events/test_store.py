"""Events stay as they were put, in a database that makes itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, timedelta, timezone
from pathlib import Path

import platformdirs
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from maskcore.errors import SettingsError, StoreError
from maskcore.events.database import FILE_NAME
from maskcore.events.queries import count_people, find_alerts, find_newest
from maskcore.events.records import PersonEvent
from maskcore.events.store import EventStore
from maskcore.events.tables import Base, PersonRow
from maskcore.settings import Settings
from tests.maskcore.events.made import ALL_TIMES, NOON, make_alert, make_people, make_person

ROOT = Path(__file__).resolve().parents[3]


def people_of(store: EventStore) -> list[PersonEvent]:
    with store.reading() as connection:
        rows = connection.execute(select(PersonRow.__table__).order_by(PersonRow.track)).mappings()
        return [PersonEvent(**row) for row in rows]


def test_what_was_written_is_read_as_it_was(store: EventStore) -> None:
    people = [make_person(track=1), make_person(track=2**63 - 1, zone="Küche ✓", label="uncertain", confidence=0)]
    store.write([*people, make_alert(message="“62\N{NARROW NO-BREAK SPACE}%” 😷")])
    assert people_of(store) == people
    assert [alert.message for alert in find_alerts(store, ALL_TIMES)] == ["“62\N{NARROW NO-BREAK SPACE}%” 😷"]


def test_times_of_any_zone_are_kept_to_the_microsecond_in_utc(store: EventStore) -> None:
    at = (NOON + timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=5, minutes=45)))
    store.write([make_person(first_at=at)])
    (person,) = people_of(store)
    assert person.first_at == at
    assert person.first_at.tzinfo is UTC


def test_writing_twice_counts_once_and_a_correction_overwrites(store: EventStore) -> None:
    person = make_person(label="no_mask")
    store.write([person])
    store.write([person, corrected := replace(person, label="mask", last_at=NOON + timedelta(minutes=1))])
    assert people_of(store) == [corrected]


def test_a_picture_is_kept_only_where_the_operator_wants_it(make_store: Callable[..., EventStore]) -> None:
    without, with_picture = make_person(picture_jpeg=b"jpeg"), make_person(picture_jpeg=b"jpeg")
    store = make_store()
    store.write([without])
    make_store(keep_pictures=True).write([with_picture])
    kept = {person.id: person.picture_jpeg for person in find_newest(store, ALL_TIMES)}
    assert kept == {without.id: None, with_picture.id: b"jpeg"}


def test_the_steps_lead_to_the_tables(store: EventStore) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_people_of_an_older_version_are_counted_when_the_tables_change(make_store: Callable[..., EventStore]) -> None:
    with make_store().writing() as connection:
        for event in ("insert", "update", "delete"):
            name = f"people_{event}_counted"
            server = connection.dialect.name == "postgresql"
            connection.execute(text(f"DROP FUNCTION {name} CASCADE" if server else f"DROP TRIGGER {name}"))
        connection.execute(text("DROP TABLE people_counts"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(insert(PersonRow), [asdict(person) for person in make_people(1000)])
    newer = make_store()
    assert count_people(newer, ALL_TIMES).faces == 1000
    newer.write([make_person()])
    assert count_people(newer, ALL_TIMES).faces == 1001


def test_a_store_of_a_newer_version_is_left_alone_and_told(make_store: Callable[..., EventStore]) -> None:
    with make_store().writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        make_store().write([make_person()])


def test_without_settings_the_file_lies_in_the_data_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MASKCORE_DATA_DIR")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, **_: tmp_path / name)
    EventStore(settings=Settings()).write([make_person()])
    assert (tmp_path / "maskcore" / FILE_NAME).exists()


def test_a_url_may_name_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = EventStore(settings=Settings.model_validate({"database_url": "sqlite:///new/here.db"}))
    monkeypatch.chdir("/")
    store.write([make_person()])
    assert (tmp_path / "new" / "here.db").exists(), "a later change of folder changes nothing"


def test_readers_and_the_writer_do_not_wait_for_one_another(sqlite_store: EventStore) -> None:
    sqlite_store.write([make_person()])
    with sqlite_store.reading() as reading:
        assert reading.execute(text("PRAGMA busy_timeout")).scalar() == 5000
        assert reading.execute(text("SELECT count(*) FROM people")).scalar() == 1
        sqlite_store.write([make_person()])
        assert reading.execute(text("SELECT count(*) FROM people")).scalar() == 1, "one moment for the whole reading"
    assert count_people(sqlite_store, ALL_TIMES).faces == 2


def test_a_file_that_was_taken_away_is_made_anew(sqlite_store: EventStore, tmp_path: Path) -> None:
    sqlite_store.write([make_person()])
    for path in (tmp_path / "data").iterdir():
        path.unlink()
    with pytest.raises(StoreError):
        sqlite_store.write([make_person()])
    sqlite_store.write([make_person()])
    assert count_people(sqlite_store, ALL_TIMES).faces == 1


def test_a_file_that_is_no_database_is_told(sqlite_store: EventStore, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / FILE_NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        count_people(sqlite_store, ALL_TIMES)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="may write there"):
        EventStore(settings=Settings(data_dir=tmp_path / "file" / "data")).write([make_person()])


@pytest.mark.parametrize(
    "url",
    ["", "events", "mysql://me:secret@host/base", "sqlite://", "sqlite:///:memory:", "postgresql://host:secret/x"],
)
def test_a_url_that_names_no_database_of_ours_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="MASKCORE_DATABASE_URL") as raised:
        EventStore(settings=Settings.model_validate({"database_url": url}))
    assert "secret" not in str(raised.value)


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    url = "postgresql://me:secret@127.0.0.1:9/base"
    with pytest.raises(StoreError, match="127.0.0.1") as raised:
        count_people(EventStore(settings=Settings.model_validate({"database_url": url})), ALL_TIMES)
    assert "secret" not in str(raised.value)


WRITE_ONE = """
from maskcore.events.store import EventStore
from tests.maskcore.events.made import make_person
EventStore().write([make_person()])
"""


def test_several_processes_may_start_together_from_any_folder(store: EventStore, tmp_path: Path) -> None:
    url = store.settings.database_url
    place = {"DATABASE_URL": url.get_secret_value()} if url else {"DATA_DIR": str(store.settings.data_dir)}
    environment = {"PYTHONPATH": str(ROOT)} | {f"MASKCORE_{name}": value for name, value in place.items()}
    command = [sys.executable, "-c", WRITE_ONE]
    started = [subprocess.Popen(command, cwd=tmp_path, env=environment) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0] * 4
    assert count_people(store, ALL_TIMES).faces == 4


def test_importing_the_core_takes_no_database() -> None:
    code = "import sys, maskcore; print(sorted({'sqlalchemy', 'alembic', 'maskcore.events'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
