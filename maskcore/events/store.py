"""The store of events: makes its tables at the first use, and says in our words when the database cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from maskcore.errors import StoreError
from maskcore.events import migrations
from maskcore.events.database import database_url, is_sqlite, make_engine
from maskcore.events.records import Event
from maskcore.events.tables import ROW_BY_EVENT, Row
from maskcore.settings import Settings, get_settings


class EventStore:
    """The tables of events, made and brought up to date when they are first used. Share it between threads.

    Args:
        settings: None: those of the process.
    Raises:
        SettingsError: MASKCORE_DATABASE_URL names no database that can be used.
    """

    def __init__(self, *, settings: Settings | None = None):
        self.settings = settings or get_settings()
        self._url = database_url(self.settings)
        self._engine = make_engine(self._url)
        self._prepared = False

    @property
    def is_there(self) -> bool:
        """Whether there is a database already; one on a server is taken to be there."""
        return not is_sqlite(self._url) or Path(str(self._url.database)).exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to ask with.

        Raises:
            StoreError: The database cannot be reached or read.
        """
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction to change rows in, committed at the end.

        Raises:
            StoreError: The database cannot be reached or written, or is full; nothing was changed.
        """
        with self._told(), self._engine.execution_options(writes=True).begin() as connection:
            yield connection

    def write(self, events: Iterable[Event]) -> None:
        """Write events in one transaction; one whose id is there already is overwritten.

        Raises:
            StoreError: See `writing`.
        """
        events = list(events)
        with self.writing() as connection:
            for kind, row in ROW_BY_EVENT.items():
                values = [self._values(each) for each in events if type(each) is kind]
                if values:
                    connection.execute(_upsert(row, connection.dialect.name), values)

    def close(self) -> None:
        """Let go of the connections; a later use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            self._prepare()
            yield
        except (DBAPIError, PoolTimeoutError, CommandError, OSError) as error:
            self._prepared = False  # the file may have been taken away: look again next time
            raise StoreError(self._say(error)) from error

    def _prepare(self) -> None:
        if self._prepared:
            return
        if self._url.database and is_sqlite(self._url):
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        migrations.upgrade(self._engine)
        self._prepared = True

    def _values(self, event: Event) -> dict[str, Any]:
        columns = ROW_BY_EVENT[type(event)].__table__.columns.keys()
        values = {name: getattr(event, name) for name in columns}
        if "picture_jpeg" in values and not self.settings.keep_pictures:
            values["picture_jpeg"] = None
        return values

    def _say(self, error: Exception) -> str:
        cause = getattr(error, "orig", None) or error
        where = self._url.render_as_string(hide_password=True)
        return (
            f"Expected to reach the database of events at {where}; got: {' '.join(str(cause).split())}. "
            "See that it runs, that its disk has room and that this user may write there."
        )


def _upsert(row: Row, dialect: str) -> Any:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(row)
    fresh = {column.name: column for column in insert.excluded if column.name != "id"}
    return insert.on_conflict_do_update(index_elements=["id"], set_=fresh)
