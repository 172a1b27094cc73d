"""Slow video is told once it is slow for a while, and the word does not come and go."""

from __future__ import annotations

import pytest

from maskcore.video.speed import Pace
from pages.ui.slowness import FAST_S, HOLD_S, SLOW_S, Slowness

BETWEEN_S = (FAST_S + SLOW_S) / 2


def follow(slowness: Slowness, *frames_s: float) -> list[bool]:
    """What is said each second, where a frame takes so many seconds."""
    said = []
    for now_s, frame_s in enumerate(frames_s):
        slowness.observe(Pace(latency_ms=1e3 * frame_s), now_s=float(now_s))
        said.append(slowness.slow)
    return said


@pytest.fixture
def slow() -> Slowness:
    slowness = Slowness()
    assert follow(slowness, *[SLOW_S] * (round(HOLD_S) + 1))[-1]
    return slowness


def test_slow_frames_are_told_after_a_while() -> None:
    assert follow(Slowness(), *[SLOW_S] * 5) == [False] * 3 + [True] * 2


def test_a_slow_first_frame_is_not_told() -> None:
    assert not any(follow(Slowness(), 3 * SLOW_S, 3 * SLOW_S, *[0.05] * 10))


def test_frames_that_are_now_and_then_slow_are_not_told() -> None:
    assert not any(follow(Slowness(), *[SLOW_S, SLOW_S, BETWEEN_S] * 10))


def test_a_frame_that_takes_long_is_told_before_it_is_done() -> None:
    slowness = Slowness()
    for now_s in range(10):
        slowness.observe(Pace(working_s=float(now_s)), now_s=float(now_s))
    assert slowness.slow


def test_once_told_it_stays_until_frames_are_fast_for_a_while(slow: Slowness) -> None:
    assert all(follow(slow, *[BETWEEN_S] * 10)), "not slow enough to be told, not fast enough to be forgotten"
    assert all(follow(slow, *[0.05, 0.05, BETWEEN_S] * 5))
    assert follow(slow, *[0.05] * 5) == [True] * 3 + [False] * 2
