"""The words about the connection follow what happens."""

from __future__ import annotations

import pytest

from maskcore.video.speed import Pace
from pages.ui import notices
from pages.ui.connection import (
    ASLEEP_S,
    BEGIN_S,
    FROZEN_AFTER_S,
    SEARCH_S,
    SILENT_S,
    STUCK_AFTER_S,
    Connection,
    Phase,
)
from pages.ui.notices import Camera, Notice
from pages.ui.slowness import HOLD_S

FAST, SLOW = Pace(latency_ms=40.0), Pace(latency_ms=2500.0)


def notice(connection: Connection, now_s: float, *, camera: Camera = Camera.READY) -> Notice:
    return connection.notice(camera=camera, now_s=now_s)


def hear(connection: Connection, now_s: float, *, pace: Pace = FAST, silent_s: float = 0.1) -> None:
    connection.hear(pace, silent_s=silent_s, now_s=now_s)


def stand_still(connection: Connection, now_s: float, *, silent_s: float = 0.1) -> Phase:
    connection.observe(playing=False, signalling=False, silent_s=silent_s, now_s=now_s)
    return connection.phase


@pytest.fixture
def starting() -> Connection:
    """A connection that began to look for a route at 100 s."""
    connection = Connection()
    connection.observe(playing=False, signalling=True, now_s=100)
    return connection


@pytest.fixture
def running(starting: Connection) -> Connection:
    """A connection that runs since 101 s, of which a frame was seen."""
    starting.observe(playing=True, signalling=False, now_s=101)
    hear(starting, 101)
    return starting


def test_a_start_is_reported_once() -> None:
    connection = Connection()

    begins = [connection.observe(playing=playing, signalling=not playing, now_s=1) for playing in (False, False, True)]

    assert begins == [True, False, False]


def search(connection: Connection, now_s: float, *, searching: bool = True) -> None:
    connection.observe(playing=False, signalling=True, searching=searching, now_s=now_s)


def test_a_start_that_takes_long_is_told_as_no_route_within_ten_seconds(starting: Connection) -> None:
    search(starting, 100 + STUCK_AFTER_S)
    assert notice(starting, 100 + STUCK_AFTER_S - 0.1) is notices.STARTING
    stuck = notice(starting, 100 + STUCK_AFTER_S)

    assert "No route" in stuck.title
    assert stuck.offer_snapshot


def test_a_server_that_is_late_is_blamed_until_a_way_has_been_looked_for_in_vain(starting: Connection) -> None:
    for now_s, searching, told in [
        (101, False, notices.STARTING),  # the server does not answer
        (120, False, notices.LATE),
        (121, True, notices.LATE),  # it has
        (121 + SEARCH_S, True, notices.NO_ROUTE),
        (140, False, notices.LATE),  # a way was found, and video is yet to come
    ]:
        search(starting, now_s, searching=searching)
        assert notice(starting, now_s) is told, now_s
    assert "TURN" not in notices.LATE.advice and notices.LATE.offer_again


def test_who_tries_again_needs_not_press_start(starting: Connection) -> None:
    search(starting, 120)
    starting.begin_anew(120)
    search(starting, 121)
    assert starting.wanted is False, "it has yet to stop"
    assert stand_still(starting, 122) is Phase.BEGINNING
    assert starting.wanted is True
    assert notice(starting, 122) is notices.STARTING

    assert starting.observe(playing=False, signalling=True, now_s=123)
    assert starting.wanted is None
    assert notice(starting, 123) is notices.STARTING


def test_a_browser_that_does_not_start_when_told_to_gets_its_buttons_back(starting: Connection) -> None:
    starting.begin_anew(120)
    for now_s in (121, 121 + BEGIN_S):
        stand_still(starting, now_s)

    assert starting.wanted is None
    assert notice(starting, 130) is notices.STOPPED


def test_when_the_browser_gives_up_the_reason_stays_on_the_page(starting: Connection) -> None:
    search(starting, 119)
    for now_s in (120, 130):
        starting.observe(playing=False, signalling=False, now_s=now_s)

    assert starting.phase is Phase.FAILED
    assert "No route" in notice(starting, 130).title


def test_a_stop_soon_after_the_start_is_no_failure(starting: Connection) -> None:
    starting.observe(playing=False, signalling=False, now_s=102)

    assert starting.phase is Phase.STOPPED


def test_after_a_failure_a_new_start_is_a_start(starting: Connection) -> None:
    starting.observe(playing=False, signalling=False, now_s=120)

    assert starting.observe(playing=False, signalling=True, now_s=130)
    assert notice(starting, 131).tone == "wait"


@pytest.mark.parametrize(
    ("silent_s", "tone"),
    [
        pytest.param(0.1, "good", id="frames come"),
        pytest.param(FROZEN_AFTER_S + 1, "bad", id="no frames come"),
    ],
)
def test_running_means_that_frames_come(running: Connection, silent_s: float, tone: str) -> None:
    hear(running, 200, silent_s=silent_s)

    assert notice(running, 200).tone == tone


def test_slow_frames_are_told_with_what_to_do_and_only_as_long_as_they_are_slow(running: Connection) -> None:
    for now_s in (102, 102 + HOLD_S):
        hear(running, now_s, pace=SLOW)
    told = notice(running, 106)
    assert told is notices.SLOW
    assert all(word in told.advice for word in ("Choose Fast", "tabs", "faster machine"))

    for now_s in (110, 110 + HOLD_S):
        hear(running, now_s, pace=FAST)
    assert notice(running, 114) is notices.RUNNING


def test_where_a_slow_server_sends_no_frame_any_more_it_is_to_blame_and_not_the_camera(running: Connection) -> None:
    for now_s in (102, 102 + HOLD_S):
        hear(running, now_s, pace=SLOW)
    hear(running, 120, pace=SLOW, silent_s=FROZEN_AFTER_S + 1)
    assert notice(running, 120) is notices.OVERWHELMED

    for now_s in (121, 150):
        assert stand_still(running, now_s, silent_s=ASLEEP_S) is Phase.EXHAUSTED, "no loss: Stop was advised"
    assert notice(running, 150) is notices.EXHAUSTED


def test_a_stop_while_pictures_come_is_the_visitors_however_late_it_is_told(running: Connection) -> None:
    hear(running, 110)

    assert stand_still(running, 110 + ASLEEP_S - 2, silent_s=ASLEEP_S - 2) is Phase.STOPPED
    assert notice(running, 120) is notices.STOPPED


@pytest.mark.parametrize(
    ("before_s", "silent_s"),
    [
        pytest.param(SILENT_S, SILENT_S + 1, id="it was silent before"),
        pytest.param(0.1, ASLEEP_S, id="the device slept"),
    ],
)
def test_video_that_falls_silent_before_it_ends_was_lost_and_start_begins_anew(
    running: Connection, before_s: float, silent_s: float
) -> None:
    hear(running, 110, silent_s=before_s)

    for now_s in (111, 150):
        assert stand_still(running, now_s, silent_s=silent_s) is Phase.LOST
    told = notice(running, 150)
    assert told is notices.LOST and "Press Start" in told.advice and "network" in told.advice

    assert running.observe(playing=False, signalling=True, now_s=160)
    assert notice(running, 161) is notices.STARTING


def test_no_camera_is_blamed_before_a_browser_could_notice_that_the_connection_is_lost(running: Connection) -> None:
    hear(running, 110, silent_s=8.0)
    assert notice(running, 110) is notices.RUNNING

    assert stand_still(running, 111, silent_s=9.0) is Phase.LOST


def test_what_a_video_suffered_is_forgotten_at_the_next_start(running: Connection) -> None:
    for now_s in (110, 110 + HOLD_S):
        hear(running, now_s, pace=SLOW, silent_s=SILENT_S)
    stand_still(running, 115)
    running.observe(playing=True, signalling=False, now_s=120)

    assert notice(running, 120) is notices.RUNNING


@pytest.mark.parametrize("camera", [camera for camera in Camera if camera is not Camera.READY])
def test_camera_trouble_is_told_before_a_start_and_leads_to_a_picture(camera: Camera) -> None:
    told = notice(Connection(), 1, camera=camera)

    assert told.tone == "bad"
    assert told.offer_picture


def test_running_video_outweighs_what_was_said_about_the_camera(running: Connection) -> None:
    assert notice(running, 102, camera=Camera.MISSING).tone == "good"


def test_where_all_is_blurred_as_looks_take_too_long_it_says_why(running: Connection) -> None:
    running.hear(SLOW, silent_s=0.1, covered=True, now_s=102)
    assert notice(running, 102) is notices.COVERED

    hear(running, 103)
    assert notice(running, 103) is notices.RUNNING
