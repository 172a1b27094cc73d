"""Which time the History page looks at: whole days of the visitor's own clock, up to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from maskcore.events.queries import Every

WEEK = 7  # days
MOST_SLOTS = 3000  # of a chart
_SLOTS_A_DAY = {Every.MINUTE: 24 * 60, Every.HOUR: 24, Every.DAY: 1}


class Span(StrEnum):
    """A stretch of time to choose."""

    TODAY = "Today"
    WEEK = "7 days"
    MONTH = "30 days"
    OWN = "Own range"


DAYS = {Span.TODAY: 1, Span.WEEK: WEEK, Span.MONTH: 30}


@dataclass(frozen=True, slots=True)
class Period:
    """Some days of a time zone's clock.

    Attributes:
        begin: The first day's midnight.
        end: The time before which the period lies: the midnight after the last day, or now where that comes first.
        days: How many days, the one that is not over yet included.
    """

    begin: datetime
    end: datetime
    days: int

    @property
    def against(self) -> str:
        """What `before` is called."""
        if self.days == 1:
            return "the same hours a week before"
        return "the week before" if self.days <= WEEK else f"the {self.days} days before"

    def before(self) -> Period:
        """What to compare with: the same weekdays a week earlier; where that would overlap, the days just before."""
        back = timedelta(days=max(WEEK, self.days))
        return Period(self.begin - back, self.end - back, self.days)


def visitor_zone() -> ZoneInfo:
    """The time zone of the visitor's browser; UTC where it tells none, or one that is not known here."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):  # as Etc/Unknown, of a browser that cannot tell
        return ZoneInfo("UTC")


def last_days(days: int, *, now: datetime) -> Period:
    """The day of `now` and those before it, `days` in all; `now` carries the visitor's time zone."""
    return own_days(now.date() - timedelta(days=days - 1), now.date(), now=now)


def own_days(first: date, last: date, *, now: datetime) -> Period:
    """From one day to another, both included."""
    midnights = [datetime.combine(day, time(), now.tzinfo) for day in (first, last + timedelta(days=1))]
    return Period(midnights[0], min(midnights[1], _next_minute(now)), (last - first).days + 1)


def fit_every(wanted: Every | None, days: int) -> Every:
    """The length of a chart's slots.

    Args:
        wanted: What the visitor chose; None: hours up to a week, days beyond.
        days: How many days the chart shows.
    Returns:
        The length wanted, or the next longer one that makes no more than MOST_SLOTS.
    """
    lengths = list(Every)
    start = wanted or (Every.HOUR if days <= WEEK else Every.DAY)
    fitting = (each for each in lengths[lengths.index(start) :] if days * _SLOTS_A_DAY[each] <= MOST_SLOTS)
    return next(fitting, Every.DAY)


def _next_minute(now: datetime) -> datetime:
    """So that what was asked within a minute need not be asked again."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return minute.astimezone(now.tzinfo)
