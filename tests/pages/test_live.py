"""Live: what the page tells and offers; the video itself is tested in a browser (tests/browser/test_live.py)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit_webrtc
from streamlit_webrtc.webrtc import SignallingTimeoutError

from maskcore.privacy import Blur
from maskcore.settings import get_settings
from maskcore.video.camera import CameraState, CameraStatus
from maskcore.video.live import LiveVideo
from maskcore.video.speed import Pace
from maskcore.video.told import LiveStats
from pages.ui import camera_check, live_video
from pages.ui.connection import ASLEEP_S, SILENT_S
from pages.ui.notices import Camera
from tests.factories import FakeDetector, make_picture
from tests.pages.conftest import RunPage, words


class FakeStreamer:
    """Stands in for webrtc_streamer, which needs a browser: remembers its arguments, says what it is told to say."""

    def __init__(self) -> None:
        self.state = SimpleNamespace(playing=False, signalling=False)
        self.ice = "new"  # how far the server's search for a way to the browser is
        self.arguments: dict[str, Any] = {}
        self.too_busy = 0  # so many calls find the server too busy to answer the browser

    def __call__(self, **arguments: Any) -> FakeStreamer:
        self.arguments = arguments
        self.too_busy -= 1
        if self.too_busy >= 0:
            raise SignallingTimeoutError("Processing offer has not finished in 10 seconds")
        return self

    def _get_worker(self) -> Any:
        return SimpleNamespace(pc=SimpleNamespace(iceConnectionState=self.ice))


@pytest.fixture
def streamer(monkeypatch: pytest.MonkeyPatch) -> FakeStreamer:
    fake = FakeStreamer()
    monkeypatch.setattr(streamlit_webrtc, "webrtc_streamer", fake)
    return fake


@pytest.fixture
def say_camera(monkeypatch: pytest.MonkeyPatch) -> Callable[[Camera], None]:
    """Let the browser say something about its camera."""

    def say(camera: Camera) -> None:
        monkeypatch.setattr(camera_check, "check_camera", lambda: camera)

    say(Camera.READY)
    return say


@pytest.fixture(autouse=True)
def ready(streamer: FakeStreamer, say_camera: Callable[[Camera], None]) -> None:
    """Every test here runs with a camera and a component that are not real."""


def test_before_the_start_it_says_how_to_start(run_page: RunPage) -> None:
    page = run_page("live.py")

    assert "Press Start" in words(page)
    assert not page.exception


@pytest.mark.parametrize(
    ("camera", "said"),
    [
        pytest.param(Camera.INSECURE, "needs HTTPS", id="no https"),
        pytest.param(Camera.DENIED, "blocked for this page", id="permission denied"),
        pytest.param(Camera.MISSING, "No camera found", id="no camera"),
        pytest.param(Camera.UNSUPPORTED, "gives pages no camera", id="old browser"),
    ],
)
def test_camera_trouble_is_named_and_a_picture_offered(
    run_page: RunPage, say_camera: Callable[[Camera], None], camera: Camera, said: str
) -> None:
    say_camera(camera)
    page = run_page("live.py")
    assert said in words(page)

    next(button for button in page.button if "picture instead" in button.label).click().run()

    assert page.file_uploader[0].label.startswith("Drop a picture")


def test_a_route_that_is_not_found_is_named_and_snapshots_offered(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run_page("live.py")
    streamer.state.signalling = True
    page.run()
    assert "Starting" in words(page)

    monkeypatch.setattr("pages.ui.connection.STUCK_AFTER_S", 0.0)
    monkeypatch.setattr("pages.ui.connection.SEARCH_S", 0.0)
    page.run()
    assert "No route for live video" in words(page)
    assert "MASKCORE_ICE_SERVERS" in words(page)

    next(button for button in page.button if "snapshots" in button.label).click().run()
    assert page.get("camera_input")


def test_a_server_that_is_too_busy_to_answer_a_start_answers_it_later(
    run_page: RunPage, streamer: FakeStreamer
) -> None:
    streamer.too_busy, streamer.state.signalling = 2, True
    page = run_page("live.py")

    assert not page.exception
    assert "Starting" in words(page)


@pytest.mark.parametrize("ice", ["connected", "completed"])
def test_a_late_server_is_not_told_as_a_lack_of_a_route(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch, ice: str
) -> None:
    monkeypatch.setattr("pages.ui.connection.STUCK_AFTER_S", 0.0)
    monkeypatch.setattr("pages.ui.connection.SEARCH_S", 0.0)
    page = run_page("live.py")
    streamer.state.signalling, streamer.ice = True, ice
    page.run()

    assert "The server is late" in words(page) and "TURN" not in words(page)


def test_trying_again_stops_and_starts_the_same_component_which_knows_the_chosen_camera(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.ui.connection.STUCK_AFTER_S", 0.0)
    page = run_page("live.py")
    streamer.state.signalling = True
    page.run()
    key = streamer.arguments["key"]

    next(button for button in page.button if button.label == "Try again").click().run()
    assert streamer.arguments["desired_playing_state"] is False
    streamer.state.signalling = False
    page.run()
    assert streamer.arguments["desired_playing_state"] is True
    streamer.state.signalling = True
    page.run()

    assert streamer.arguments["desired_playing_state"] is None, "or there would be no Stop"
    assert streamer.arguments["key"] == key


def test_slow_frames_are_told_in_words_until_they_are_fast_again(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(latency_ms: float) -> None:
        monkeypatch.setattr(LiveVideo, "stats", lambda video: LiveStats(pace=Pace(latency_ms=latency_ms, age_s=0.1)))

    monkeypatch.setattr("pages.ui.slowness.HOLD_S", 0.0)
    take(2500.0)
    page = run_page("live.py")
    assert "slowly" not in words(page), "nothing runs yet"

    streamer.state.playing = True
    page.run()
    assert "Running, but slowly" in words(page) and "Choose Fast under How closely to look" in words(page)

    take(50.0)
    page.run()
    assert "slowly" not in words(page) and "Running" in words(page)


def test_that_nobody_can_be_seen_as_looks_take_too_long_is_told(run_page: RunPage, streamer: FakeStreamer) -> None:
    page = run_page("live.py")
    streamer.state.playing = True
    page.session_state["watched_Live video"].live.covered = True
    page.run()

    assert "nobody can be seen" in words(page)


def test_no_frame_is_shown_that_was_not_looked_at_first(run_page: RunPage, streamer: FakeStreamer) -> None:
    page = run_page("live.py")

    assert streamer.arguments["async_processing"] is False, "or the library shows bare frames until one is ready"
    live = page.session_state["watched_Live video"].live
    assert (streamer.arguments["video_frame_callback"], streamer.arguments["on_video_ended"]) == (
        live.take,
        live.finish,
    )


def test_a_lost_connection_is_named_and_start_is_offered(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run_page("live.py")
    streamer.state.playing = True
    page.run()
    assert "Running" in words(page)

    monkeypatch.setattr(LiveVideo, "stats", lambda video: LiveStats(pace=Pace(age_s=SILENT_S)))
    page.run()
    streamer.state.playing = False
    page.run()
    assert "The connection was lost" in words(page) and "Press Start to go on" in words(page)
    assert streamer.arguments["desired_playing_state"] is None, "or there would be no Start"
    assert [button.label for button in page.button] == ["Take snapshots instead"]


def test_a_stop_of_the_visitor_is_no_loss(run_page: RunPage, streamer: FakeStreamer) -> None:
    page = run_page("live.py")
    for streamer.state.playing in (True, False):
        page.run()

    assert "Stopped" in words(page) and "lost" not in words(page)


def test_what_was_counted_stays_after_a_stop(run_page: RunPage, streamer: FakeStreamer) -> None:
    page = run_page("live.py")
    streamer.state.playing = True
    page.run()
    live = page.session_state["watched_Live video"].live
    for number in range(10):
        live.mark(make_picture(), taken_s=number / 10)
    live.finish()
    streamer.state.playing = False
    page.run()

    assert "Stopped" in words(page) and "<dt>People</dt><dd>1</dd>" in words(page)


def test_who_leaves_a_running_video_and_comes_back_is_not_told_of_a_loss(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run_page("live.py")
    streamer.state.playing = True
    page.run()
    assert "Running" in words(page)

    streamer.state.playing = False
    monkeypatch.setattr(LiveVideo, "stats", lambda video: LiveStats(pace=Pace(age_s=ASLEEP_S)))
    for source in ("Snapshot", "Live video"):
        page.get("button_group")[0].set_value(source).run()
    assert "Press Start" in words(page) and "lost" not in words(page)


def test_without_a_setting_no_strangers_server_is_asked_for_a_route(run_page: RunPage, streamer: FakeStreamer) -> None:
    run_page("live.py")

    assert streamer.arguments["rtc_configuration"] == {"iceServers": []}


def test_ice_servers_come_from_the_settings(
    run_page: RunPage, streamer: FakeStreamer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_ICE_SERVERS", '[{"urls": "turn:turn.example", "username": "u", "credential": "c"}]')
    get_settings.cache_clear()

    run_page("live.py")

    server = {"urls": "turn:turn.example", "username": "u", "credential": "c"}
    assert streamer.arguments["rtc_configuration"] == {"iceServers": [server]}


def test_no_microphone_is_asked_for(run_page: RunPage, streamer: FakeStreamer) -> None:
    run_page("live.py")

    assert streamer.arguments["media_stream_constraints"]["audio"] is False


@pytest.mark.parametrize("source", ["Snapshot", "Picture"])
def test_single_pictures_are_looked_at_with_the_chosen_certainty(
    run_page: RunPage, detector: FakeDetector, photo: bytes, source: str
) -> None:
    page = run_page("live.py")
    page.get("button_group")[0].set_value(source).run()
    widget = (page.get("camera_input") if source == "Snapshot" else page.file_uploader)[0]

    page.slider("live_min_score").set_value(20)
    widget.set_value(("me.jpg", photo, "image/jpeg")).run()

    assert detector.calls[-1]["min_score"] == 0.2
    assert "1 face: mask 90%" in words(page)


@pytest.mark.parametrize(("kept", "keeps"), [("0", False), ("1", True)])
def test_that_pictures_are_kept_is_said_where_the_operator_switched_it_on(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch, kept: str, keeps: bool
) -> None:
    monkeypatch.setenv("MASKCORE_KEEP_PICTURES", kept)
    page = run_page("live.py")
    watched = page.session_state["watched_Live video"]
    assert not watched.live.keeps_pictures, "not before somebody wants a history"
    assert ("a small picture of everybody" in words(page)) is keeps
    page.toggle("live_keep").set_value(True).run()
    assert watched.live.keeps_pictures is keeps


def test_a_webhook_alone_keeps_no_history_though_the_visitor_leaves_and_comes_back(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_WEBHOOK_URL", "http://127.0.0.1:9/alerts")
    page = run_page("live.py")
    assert "Alerts go to another program" in words(page)
    for source in ("Snapshot", "Live video"):
        page.get("button_group")[0].set_value(source).run()

    assert not page.toggle("live_keep").value
    assert not page.session_state["watched_Live video"].live.listener.keeps


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A camera of the network called Door that runs, and is not real."""
    door = SimpleNamespace(status=CameraStatus(CameraState.RUNNING))
    monkeypatch.setenv("MASKCORE_CAMERAS", '{"Door": "door.mp4"}')
    monkeypatch.setattr(live_video, "Camera", lambda url, look: door)
    monkeypatch.setattr(streamlit_webrtc, "create_video_source_track", lambda frame, **options: None)
    return door


def test_a_camera_that_is_lost_is_not_told_as_running(
    run_page: RunPage, streamer: FakeStreamer, door: SimpleNamespace
) -> None:
    page = run_page("live.py")
    streamer.state.playing = True
    page.get("button_group")[0].set_value("Door").run()
    assert "Running" in words(page)

    door.status = CameraStatus(CameraState.LOST, "connection refused", 3)
    page.run()
    assert "No picture from Door" in words(page) and "Running" not in words(page)
    assert "Connection refused. It is tried again by itself, 3 times so far." in words(page)


@pytest.mark.usefixtures("door")
def test_what_one_visitor_chooses_for_a_camera_of_the_network_no_other_undoes(run_page: RunPage) -> None:
    one, other = run_page("live.py"), run_page("live.py")
    for page in (one, other):
        page.get("button_group")[0].set_value("Door").run()
    live = one.session_state["watched_Door"].live
    assert live is other.session_state["watched_Door"].live

    one.selectbox("live_Door_blur").set_value("Everybody").run()
    one.toggle("live_Door_keep").set_value(True).run()
    other.run()
    assert live.choices.blur is Blur.ALL and live.listener.keeps
    assert [box.value for box in other.selectbox if box.label == "Blur the faces of"] == ["Everybody"]

    next(each for each in other.toggle if each.label == "Mirror").set_value(True).run()
    one.run()
    assert live.choices.mirrored and live.choices.blur is Blur.ALL and live.listener.keeps


def test_where_a_history_is_switched_on_it_is_said_in_plain_sight_what_is_kept(run_page: RunPage) -> None:
    page = run_page("live.py")
    assert "is deleted after" not in words(page)

    page.toggle("live_keep").set_value(True).run()

    for said in ("when they were seen first and last", "the file events.sqlite3", "is deleted after 90 days"):
        assert said in words(page)


def test_a_history_that_was_switched_on_stays_on_though_the_visitor_leaves_and_comes_back(run_page: RunPage) -> None:
    page = run_page("live.py")
    page.toggle("live_keep").set_value(True).run()
    for source in ("Snapshot", "Live video"):
        page.get("button_group")[0].set_value(source).run()

    assert page.toggle("live_keep").value
    assert page.session_state["watched_Live video"].live.listener.keeps
