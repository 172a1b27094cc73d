"""The tables. A change here needs a new file in migrations/versions; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Double, Index, Integer, LargeBinary, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, synonym

from maskcore.events.records import AlertEvent, Event, PersonEvent

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)  # hours and days of every time zone begin on one

# SQLite counts rows by an INTEGER; a BIGINT key would be a second tree beside that
WholeNumber = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """A moment as microseconds since 1970: one number in every database, quick to sort and to put into slots."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """From a time with a zone."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """To a time in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Base(DeclarativeBase):
    """The root of the tables."""


class PersonRow(Base):
    """One person counted; columns as the attributes of PersonEvent."""

    __tablename__ = "people"
    # holds all that the charts ask for, so that they need not touch the table
    __table_args__ = (Index("people_by_time", "first_at", "label", "camera", "zone"),)

    id: Mapped[int] = mapped_column(WholeNumber, primary_key=True, autoincrement=False)
    track: Mapped[int] = mapped_column(BigInteger)
    label: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Double)
    first_at: Mapped[datetime] = mapped_column(UtcTime)
    last_at: Mapped[datetime] = mapped_column(UtcTime)
    camera: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    model_id: Mapped[str] = mapped_column(Text)
    picture_jpeg: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = synonym("first_at")  # the time that both tables are asked by


class CountRow(Base):
    """People of a quarter of an hour, at a camera, in a zone, with a label; triggers of migration 0002 keep it true."""

    __tablename__ = "people_counts"
    __table_args__ = {"sqlite_with_rowid": False}  # one tree, in the order of time

    quarter: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # since 1970
    camera: Mapped[str] = mapped_column(Text, primary_key=True)
    zone: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text, primary_key=True)
    people: Mapped[int] = mapped_column(BigInteger)


class AlertRow(Base):
    """One alert; columns as the attributes of AlertEvent."""

    __tablename__ = "alerts"
    __table_args__ = (Index("alerts_by_time", "at"),)

    id: Mapped[int] = mapped_column(WholeNumber, primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)
    camera: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


Row = type[PersonRow] | type[AlertRow]
ROW_BY_EVENT: dict[type[Event], Row] = {PersonEvent: PersonRow, AlertEvent: AlertRow}
