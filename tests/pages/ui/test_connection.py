"""The words about the connection follow what happens."""

from __future__ import annotations

import pytest

from pages.ui.connection import FROZEN_AFTER_S, STUCK_AFTER_S, Camera, Connection, Notice, Phase


def notice(
    connection: Connection, now_s: float, *, age_s: float | None = None, camera: Camera = Camera.READY
) -> Notice:
    return connection.notice(camera=camera, frame_age_s=age_s, now_s=now_s)


@pytest.fixture
def starting() -> Connection:
    """A connection that began to look for a route at 100 s."""
    connection = Connection()
    connection.observe(playing=False, signalling=True, now_s=100)
    return connection


def test_a_start_is_reported_once() -> None:
    connection = Connection()

    begins = [connection.observe(playing=playing, signalling=not playing, now_s=1) for playing in (False, False, True)]

    assert begins == [True, False, False]


def test_a_start_that_takes_long_is_told_as_no_route_within_ten_seconds(starting: Connection) -> None:
    assert notice(starting, 100 + STUCK_AFTER_S - 0.1).tone == "wait"
    stuck = notice(starting, 100 + STUCK_AFTER_S)

    assert "No route" in stuck.title
    assert stuck.offer_snapshot


def test_when_the_browser_gives_up_the_reason_stays_on_the_page(starting: Connection) -> None:
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
    ("now_s", "age_s", "tone"),
    [
        pytest.param(101, None, "good", id="first frame on its way"),
        pytest.param(102 + FROZEN_AFTER_S, None, "bad", id="never a frame"),
        pytest.param(200, 0.1, "good", id="frames come"),
        pytest.param(200, FROZEN_AFTER_S + 1, "bad", id="frames stopped"),
    ],
)
def test_running_means_that_frames_come(starting: Connection, now_s: float, age_s: float | None, tone: str) -> None:
    starting.observe(playing=True, signalling=False, now_s=101)

    assert notice(starting, now_s, age_s=age_s).tone == tone


@pytest.mark.parametrize("camera", [camera for camera in Camera if camera is not Camera.READY])
def test_camera_trouble_is_told_before_a_start_and_leads_to_a_picture(camera: Camera) -> None:
    told = notice(Connection(), 1, camera=camera)

    assert told.tone == "bad"
    assert told.offer_picture


def test_running_video_outweighs_what_was_said_about_the_camera(starting: Connection) -> None:
    starting.observe(playing=True, signalling=False, now_s=101)

    assert notice(starting, 102, age_s=0.1, camera=Camera.MISSING).tone == "good"
