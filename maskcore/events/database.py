"""Which database, and how to talk to it: SQLite in the user's data folder, or what MASKCORE_DATABASE_URL names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from maskcore.errors import SettingsError
from maskcore.settings import Settings

FILE_NAME = "events.sqlite3"
PATIENCE_S = 5  # how long a lock of another process, or a server, is waited for

# a server whose network was cut says nothing; without these a writer would listen for a quarter of an hour
_POSTGRES_PATIENCE = {
    "connect_timeout": PATIENCE_S,
    "tcp_user_timeout": PATIENCE_S * 1000,
    "keepalives_idle": PATIENCE_S,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
_DRIVERS = ("sqlite", "postgresql", "postgresql+psycopg")


def database_url(settings: Settings) -> URL:
    """Where the events are.

    Raises:
        SettingsError: MASKCORE_DATABASE_URL names no database that can be used.
    """
    if settings.database_url is None:
        return _file_url(settings.data_folder / FILE_NAME)
    try:
        url = make_url(settings.database_url.get_secret_value())
    except (ArgumentError, ValueError):
        url = None  # and not raised from the cause, which shows the password
    if url is None or url.drivername not in _DRIVERS or url.database in (None, "", ":memory:"):
        raise SettingsError(
            "MASKCORE_DATABASE_URL cannot be used: expected sqlite:////folder/file or "
            f"postgresql://user:password@host/database, got {url.drivername if url else 'no URL'}. "
            "Change or unset the variable."
        )
    return _file_url(Path(str(url.database))) if is_sqlite(url) else url.set(drivername="postgresql+psycopg")


def is_sqlite(url: URL) -> bool:
    """Whether the database is a file."""
    return url.get_backend_name() == "sqlite"


def make_engine(url: URL) -> Engine:
    """Connections to a database.

    A transaction that is going to write begins with the execution option `writes=True`, so that SQLite waits for
    other writers at its beginning; one that reads first and writes later would fail at once.
    """
    if not is_sqlite(url):
        return create_engine(url, pool_pre_ping=True, connect_args=_POSTGRES_PATIENCE)
    # without a pool no connection outlives a file that was taken away
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE_S})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _file_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.expanduser().absolute()))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # Python's module would begin on its own, and too late for tables
    connection.execute("PRAGMA journal_mode=WAL")  # readers and the writer do not wait for one another


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
