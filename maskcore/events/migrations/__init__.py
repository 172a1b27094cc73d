"""Steps from one form of the tables to the next, run by themselves when a store is first used.

A new step is a file in `versions`, numbered on; a test holds that the steps lead to `maskcore.events.tables`.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

_lock = threading.Lock()  # alembic keeps the connection in a global
_POSTGRES_LOCK = 0x6D61736B  # any number that other programs are unlikely to lock in the same database


def upgrade(engine: Engine) -> None:
    """Run the steps that are missing, one thread and one process at a time.

    Args:
        engine: As `maskcore.events.database.make_engine` gives it.
    Raises:
        alembic.util.CommandError: The database was written by a newer version.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with _lock:
        with engine.connect() as connection:  # reads alone: a look at the history needs no lock to write
            if MigrationContext.configure(connection).get_current_revision() == head:
                return
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
