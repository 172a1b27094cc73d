"""Charts show every slot of the time, say nothing that was not counted, and need no colour to be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from maskcore.events.chosen import Chosen
from maskcore.events.queries import Every, Slot
from maskcore.types import Summary
from pages.ui.history_charts import parts_frame, places_frame, slots_frame

BERLIN = ZoneInfo("Europe/Berlin")
TWO = Summary(faces=2, mask=1, uncertain=1)


def day(zone: tzinfo, **date: int) -> Chosen:
    begin = datetime(date["year"], date["month"], date["day"], tzinfo=zone)
    return Chosen(begin=begin, end=begin + timedelta(days=1))


@pytest.mark.parametrize(
    ("chosen", "hours"),
    [
        (day(BERLIN, year=2026, month=3, day=28), 24),
        (day(BERLIN, year=2026, month=3, day=29), 23),
        (day(BERLIN, year=2026, month=10, day=25), 25),
        (day(ZoneInfo("Asia/Kathmandu"), year=2026, month=3, day=29), 24),
    ],
)
def test_a_day_has_the_hours_that_its_clock_has(chosen: Chosen, hours: int) -> None:
    third = chosen.begin.astimezone(UTC) + timedelta(hours=3)

    frame = slots_frame([Slot(third.astimezone(chosen.begin.tzinfo), TWO)], chosen, Every.HOUR)

    assert len(frame) == hours
    assert list(frame.index[frame["faces"] > 0]) == [3]
    assert frame.loc[3, "masked"] == 100
    assert frame["masked"].isna().sum() == hours - 1, "no share where nobody was"


def test_days_begin_at_midnight_on_both_sides_of_summer_time() -> None:
    chosen = Chosen(begin=datetime(2026, 3, 28, tzinfo=BERLIN), end=datetime(2026, 3, 31, tzinfo=BERLIN))
    slots = [Slot(datetime(2026, 3, each, tzinfo=BERLIN), TWO) for each in (28, 29, 30)]

    frame = slots_frame(slots, chosen, Every.DAY)

    assert list(frame["faces"]) == [2, 2, 2]
    assert list(frame["end"][:2]) == list(frame["begin"][1:])
    assert frame["when"][1] == "Sun 29 March 2026"


def test_an_hour_is_told_in_words() -> None:
    frame = slots_frame([], day(UTC, year=2026, month=3, day=18), Every.HOUR)
    assert frame["when"][14] == "Wed 18 March, 14:00 to 15:00"


def test_places_come_in_the_order_of_their_people() -> None:
    frame = places_frame({"": Summary(faces=1, no_mask=1), "till": TWO}, lambda name: name or "Outside of areas")
    assert list(frame["place"]) == ["till", "Outside of areas"]
    assert list(frame["masked"]) == [100, 0]


def test_a_bars_parts_lie_upon_one_another_each_with_its_symbol() -> None:
    parts = parts_frame(places_frame({"door": Summary(faces=100, mask=60, no_mask=39, uncertain=1)}))

    assert list(zip(parts["low"], parts["high"], strict=True)) == [(0, 60), (60, 99), (99, 100)]
    assert list(parts["symbol"]) == ["✓", "✗", ""], "one of a hundred has no room for a symbol"


def test_many_bars_are_too_narrow_for_symbols() -> None:
    parts = parts_frame(places_frame({f"camera {number}": TWO for number in range(50)}))
    assert set(parts["symbol"]) == {""}
