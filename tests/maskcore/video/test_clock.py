"""The clock of a stream: seconds that never go back, and times of day that are true though clocks jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maskcore.video import clock as module
from maskcore.video.clock import StreamClock

EVENING = datetime(2026, 3, 18, 18, 0, tzinfo=UTC)


class Clocks:
    """The two clocks of the machine."""

    def __init__(self) -> None:
        self.count_s, self.time_of_day = 1000.0, EVENING

    def pass_by(self, seconds: float) -> None:
        self.count_s += seconds
        self.time_of_day += timedelta(seconds=seconds)


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()

    class Time(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return clocks.time_of_day

    monkeypatch.setattr(module, "datetime", Time)
    monkeypatch.setattr(module.time, "monotonic", lambda: clocks.count_s)
    return clocks


@pytest.mark.parametrize(
    "jump",
    [
        pytest.param(timedelta(hours=14), id="the machine slept"),
        pytest.param(timedelta(days=20_000), id="the time was set"),
        pytest.param(timedelta(hours=-1), id="it was set back"),
    ],
)
def test_times_of_day_are_as_they_counted_then_though_the_time_of_day_jumps(clocks: Clocks, jump: timedelta) -> None:
    clock = StreamClock()
    clocks.pass_by(60)
    before_s = clock.at_s(None)
    clocks.time_of_day += jump
    clocks.pass_by(5)
    after_s = clock.at_s(None)

    assert (before_s, after_s) == (60, 65), "people move on as if nothing had happened"
    assert clock.time_of_day(before_s) == EVENING + timedelta(seconds=60)
    assert clock.time_of_day(after_s) == EVENING + timedelta(seconds=65) + jump


def test_a_clock_that_is_a_little_off_stands(clocks: Clocks) -> None:
    clock = StreamClock()
    clocks.pass_by(10)
    clocks.time_of_day += timedelta(seconds=1)
    assert clock.time_of_day(clock.at_s(None)) == EVENING + timedelta(seconds=10)
