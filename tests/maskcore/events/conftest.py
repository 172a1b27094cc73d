"""Stores of events, in both databases."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maskcore.events.store import EventStore
from maskcore.settings import Settings
from tests.maskcore.events.postgres import PostgresServer, find_programs

MakeStore = Callable[..., EventStore]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server here: install one, as by `apt-get install postgresql`")
    server = PostgresServer(programs)
    yield server
    server.remove()


@pytest.fixture
def make_sqlite(tmp_path: Path) -> MakeStore:
    """Makes stores that share one SQLite file; settings can be given."""
    return lambda **over: EventStore(settings=Settings(data_dir=tmp_path / "data", **over))


@pytest.fixture
def make_postgres(postgres: PostgresServer) -> Iterator[MakeStore]:
    """Makes stores that share one new database of the server; settings can be given."""
    url, made = postgres.make_database(uuid.uuid4().hex), []

    def make(**over: Any) -> EventStore:
        made.append(EventStore(settings=Settings.model_validate({"database_url": url} | over)))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def make_store(request: pytest.FixtureRequest) -> MakeStore:
    """Makes stores that share one empty database, of either kind; settings can be given."""
    make: MakeStore = request.getfixturevalue(f"make_{request.param}")
    return make


@pytest.fixture
def store(make_store: MakeStore) -> EventStore:
    return make_store()


@pytest.fixture
def sqlite_store(make_sqlite: MakeStore) -> EventStore:
    return make_sqlite()
