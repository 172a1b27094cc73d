"""Sums of people by quarter of an hour, which the database itself keeps in step with the people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_QUARTER_US = 15 * 60 * 1_000_000
_ADD = f"""
INSERT INTO people_counts (quarter, camera, zone, label, people)
VALUES (NEW.first_at / {_QUARTER_US}, NEW.camera, NEW.zone, NEW.label, 1)
ON CONFLICT (quarter, camera, zone, label) DO UPDATE SET people = people_counts.people + 1;
"""
_OLD = f"quarter = OLD.first_at / {_QUARTER_US} AND camera = OLD.camera AND zone = OLD.zone AND label = OLD.label"
_TAKE = f"""
UPDATE people_counts SET people = people - 1 WHERE {_OLD};
DELETE FROM people_counts WHERE {_OLD} AND people = 0;
"""
_STEPS = {"insert": _ADD, "delete": _TAKE, "update": _TAKE + _ADD}
_FILL = f"""
INSERT INTO people_counts (quarter, camera, zone, label, people)
SELECT first_at / {_QUARTER_US}, camera, zone, label, count(*) FROM people GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    """Make the table and what keeps it in step, then count the people who are there."""
    op.create_table(
        "people_counts",
        sa.Column("quarter", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("camera", sa.Text(), primary_key=True),
        sa.Column("zone", sa.Text(), primary_key=True),
        sa.Column("label", sa.Text(), primary_key=True),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    for event, body in _STEPS.items():
        _keep_in_step(event, body)
    op.execute(_FILL)  # last: making a trigger waits for other writers of a server, and holds them off until the end


def _keep_in_step(event: str, body: str) -> None:
    name, trigger = f"people_{event}_counted", f"AFTER {event.upper()} ON people FOR EACH ROW"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} {trigger} BEGIN {body} END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} {trigger} EXECUTE FUNCTION {name}()")
