"""Days are those of the visitor's clock, whatever it does in spring and autumn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from maskcore.events.queries import Every
from pages.ui import history_range
from pages.ui.history_range import fit_every, last_days, own_days, visitor_zone

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 31, 9, 30, 20, tzinfo=BERLIN)  # the clock was set forward on the 29th


@pytest.mark.parametrize(
    ("told", "taken"),
    [("Asia/Kathmandu", "Asia/Kathmandu"), (None, "UTC"), ("Etc/Unknown", "UTC"), ("../etc/localtime", "UTC")],
)
def test_a_time_zone_that_is_not_known_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, told: str | None, taken: str
) -> None:
    monkeypatch.setattr(history_range.st, "context", SimpleNamespace(timezone=told))
    assert visitor_zone().key == taken


def test_seven_days_begin_at_a_midnight_and_end_with_this_minute() -> None:
    period = last_days(7, now=NOW)

    assert period.begin == datetime(2026, 3, 25, tzinfo=BERLIN)
    assert period.end == datetime(2026, 3, 31, 9, 31, tzinfo=BERLIN)
    assert period.begin.astimezone(UTC).hour == 23, "winter time"
    assert period.end.astimezone(UTC).hour == 7, "summer time"


@pytest.mark.parametrize(
    ("days", "back", "words"),
    [
        (1, 7, "the same hours a week before"),
        (3, 7, "the week before"),
        (7, 7, "the week before"),
        (30, 30, "the 30 days before"),
    ],
)
def test_the_same_hours_of_an_earlier_time_are_compared_with(days: int, back: int, words: str) -> None:
    period = last_days(days, now=NOW)
    before = period.before()

    assert period.against == words
    assert before.begin.replace(tzinfo=None) == period.begin.replace(tzinfo=None) - timedelta(days=back)
    assert before.end.time() == period.end.time()
    assert before.end <= period.begin or days < 7, "they do not overlap"


def test_days_of_ones_own_end_with_the_last_ones_midnight_or_now() -> None:
    past = own_days(date(2026, 3, 1), date(2026, 3, 2), now=NOW)
    assert (past.begin.day, past.end, past.days) == (1, datetime(2026, 3, 3, tzinfo=BERLIN), 2)
    assert own_days(date(2026, 3, 30), date(2026, 3, 31), now=NOW) == last_days(2, now=NOW)


@pytest.mark.parametrize(
    ("wanted", "days", "every"),
    [
        (None, 1, Every.HOUR),
        (None, 7, Every.HOUR),
        (None, 30, Every.DAY),
        (Every.MINUTE, 1, Every.MINUTE),
        (Every.MINUTE, 7, Every.HOUR),
        (Every.MINUTE, 365, Every.DAY),
        (Every.HOUR, 30, Every.HOUR),
        (Every.DAY, 36500, Every.DAY),
    ],
)
def test_a_chart_never_has_too_many_slots(wanted: Every | None, days: int, every: Every) -> None:
    assert fit_every(wanted, days) is every
