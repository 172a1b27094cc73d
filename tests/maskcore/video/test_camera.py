"""A camera gives its newest picture, comes back when it was lost, and lets go when told to."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maskcore.video import camera
from maskcore.video.camera import Camera, CameraState
from tests.browser.servers import free_port
from tests.maskcore.video.made import make_film
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "PAUSES_S", (0.1,))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film.ts", times_s=[number / 25 for number in range(25)])


@contextmanager
def serve(film: Path, *, port: int = 0) -> Iterator[int]:
    """A camera that sends MPEG-TS over HTTP until the film is over."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.end_headers()
            self.wfile.write(film.read_bytes())

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        allow_reuse_address = True

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_film_stands_in_for_a_camera_and_begins_again(film: Path) -> None:
    seen: list[int] = []
    running = Camera(str(film), lambda image, taken_s, passed_over: seen.append(image.shape[1]))
    try:
        wait_until(lambda: len(seen) > 40)  # more than the film has
        assert running.status.state is CameraState.RUNNING
    finally:
        running.stop()


def test_a_slow_look_gets_newest_pictures_and_is_told_how_many_it_missed(film: Path) -> None:
    missed: list[int] = []

    def look(image: object, taken_s: float, passed_over: int) -> None:
        missed.append(passed_over)
        time.sleep(0.2)

    running = Camera(str(film), look)
    try:
        wait_until(lambda: len(missed) >= 6)
    finally:
        running.stop()
    assert max(missed) >= 2


def test_a_camera_that_was_lost_comes_back(film: Path) -> None:
    seen: list[object] = []
    with serve(film) as port:
        running = Camera(f"http://127.0.0.1:{port}/camera", lambda image, taken_s, passed_over: seen.append(image))
        wait_until(lambda: len(seen) > 5)
    try:
        wait_until(lambda: running.status.state is CameraState.LOST and running.status.tries > 1)
        assert running.status.reason
        count = len(seen)
        with serve(film, port=port):
            wait_until(lambda: len(seen) > count + 5)
    finally:
        running.stop()


def test_a_camera_that_is_not_there_says_why_and_never_shows_its_address(tmp_path: Path) -> None:
    running = Camera(str(tmp_path / "gone.mp4"), lambda image, taken_s, passed_over: None)
    try:
        wait_until(lambda: running.status.state is CameraState.LOST)
        assert "no such file" in running.status.reason
        assert "gone.mp4" not in running.status.reason
    finally:
        running.stop()


def test_a_fault_that_nobody_foresaw_is_told_and_the_camera_tried_again(
    film: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(camera, "upright", lambda frame: frame.no_such_thing)
        running = Camera(str(film), lambda image, taken_s, passed_over: seen.append(image))
        wait_until(lambda: running.status.tries > 1)
    try:
        assert running.status.state is CameraState.LOST
        assert "AttributeError" in running.status.reason
        assert caplog.text.count("Traceback") == 1, "the same fault again is no news"
        wait_until(lambda: seen and running.status.state is CameraState.RUNNING)
    finally:
        running.stop()


def test_a_camera_of_sound_alone_says_that_it_sends_no_picture(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "sound.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    running = Camera(str(tmp_path / "sound.wav"), lambda image, taken_s, passed_over: None)
    try:
        wait_until(lambda: running.status.state is CameraState.LOST)
        assert "no picture" in running.status.reason
    finally:
        running.stop()


def test_a_film_that_is_taken_away_is_told_as_lost_and_tried_again_with_pauses(film: Path) -> None:
    running = Camera(str(film), lambda image, taken_s, passed_over: None)
    try:
        wait_until(lambda: running.status.state is CameraState.RUNNING)
        film.rename(film.with_suffix(".away"))
        wait_until(lambda: running.status.state is CameraState.LOST)
        assert "no such file" in running.status.reason
        film.with_suffix(".away").rename(film)
        wait_until(lambda: running.status.state is CameraState.RUNNING)
    finally:
        running.stop()


def test_stopping_ends_both_threads(film: Path) -> None:
    before = threading.active_count()
    running = Camera(str(film), lambda image, taken_s, passed_over: None)
    assert threading.active_count() == before + 2
    running.stop()
    assert running.status.state is CameraState.STOPPED
    wait_until(lambda: threading.active_count() == before)


@pytest.fixture
def rtsp_python() -> str:
    """A Python of the system that can serve RTSP by GStreamer."""
    for program in filter(None, map(shutil.which, ("/usr/bin/python3", "python3"))):
        check = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
        if subprocess.run([program, "-c", check], capture_output=True, check=False).returncode == 0:
            return program
    pytest.skip("No RTSP server: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-ugly")


def test_a_camera_that_speaks_rtsp_is_seen_and_comes_back_after_a_restart(rtsp_python: str) -> None:
    port = free_port()

    @contextmanager
    def serve_rtsp() -> Iterator[None]:
        script = Path(__file__).with_name("rtsp_server.py")
        with subprocess.Popen([rtsp_python, str(script), str(port)], stdout=subprocess.PIPE) as server:
            try:
                assert server.stdout is not None and server.stdout.readline() == b"ready\n"
                yield
            finally:
                server.kill()

    seen: list[tuple[int, ...]] = []
    with serve_rtsp():
        running = Camera(
            f"rtsp://127.0.0.1:{port}/camera", lambda image, taken_s, passed_over: seen.append(image.shape)
        )
        wait_until(lambda: len(seen) > 5)
    try:
        assert set(seen) == {(240, 320, 3)}
        wait_until(lambda: running.status.state is CameraState.LOST)
        count = len(seen)
        with serve_rtsp():
            wait_until(lambda: len(seen) > count + 5)
    finally:
        running.stop()
