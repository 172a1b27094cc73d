"""Figures of speed are right for fast and slow frames, and while one is worked on."""

from __future__ import annotations

import pytest

from maskcore.video import speed as module
from maskcore.video.speed import Pace, Speed


class Clock:
    """Stands in for the module time."""

    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def work(speed: Speed, clock: Clock, *, frames: int, frame_s: float, pause_s: float = 0.0) -> Pace:
    for _ in range(frames):
        clock.now_s += pause_s
        with speed.work():
            clock.now_s += frame_s
    return speed.pace()


def test_before_the_first_frame_there_is_no_age(clock: Clock) -> None:
    assert Speed().pace() == Pace() and Speed().pace().silent_s is None


def test_figures_are_means_over_the_last_seconds(clock: Clock) -> None:
    speed = Speed()
    work(speed, clock, frames=5, frame_s=1.0)
    pace = work(speed, clock, frames=60, frame_s=0.04, pause_s=0.06)

    assert pace.frames_per_s == pytest.approx(10, rel=0.05)
    assert pace.latency_ms == pytest.approx(40)


def test_frames_that_take_longer_than_the_window_are_told_all_the_same(clock: Clock) -> None:
    pace = work(Speed(), clock, frames=3, frame_s=5.0)

    assert pace.latency_ms == pytest.approx(5000)
    assert pace.frames_per_s == pytest.approx(0.2)


def test_a_frame_in_work_is_not_silence(clock: Clock) -> None:
    speed = Speed()
    work(speed, clock, frames=2, frame_s=0.1)
    clock.now_s += 2
    assert speed.pace().silent_s == pytest.approx(2)
    with speed.work():
        clock.now_s += 7
        assert speed.pace().working_s == pytest.approx(7) and speed.pace().silent_s == 0


def test_a_frame_that_fails_does_not_count_and_work_is_over(clock: Clock) -> None:
    speed = Speed()
    with pytest.raises(ValueError, match="broken"), speed.work():
        raise ValueError("broken")
    assert speed.pace() == Pace()
