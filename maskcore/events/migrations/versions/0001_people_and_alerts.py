"""People and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WHOLE_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "people",
        sa.Column("id", _WHOLE_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("track", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("picture_jpeg", sa.LargeBinary()),
    )
    op.create_index("people_by_time", "people", ["first_at", "label", "camera", "zone"])
    op.create_table(
        "alerts",
        sa.Column("id", _WHOLE_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("camera", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
    )
    op.create_index("alerts_by_time", "alerts", ["at"])
