"""GET /v1/stream: a frame in, what was seen out; the newest wins, and limits, keys and other sites as elsewhere."""

from __future__ import annotations

import fcntl
import json
import logging
import socket as sockets
import struct
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

import pytest
from limits.errors import StorageError
from werkzeug.serving import make_server

from api import streams
from api.answer_shapes import Problem, StreamAnswer
from api.app import create_app
from api.keys import new_key
from api.live_socket import LiveSocket
from api.service import service
from maskcore.errors import ModelMissingError
from maskcore.imaging import encode_jpeg
from maskcore.modes import Mode
from maskcore.settings import Settings
from maskcore.tracking.tracker import LOW_SCORE
from tests.api.conftest import LIMIT_MB, ModeDetector
from tests.api.requests import check_problem
from tests.factories import FakeDetector, make_face, make_picture
from tests.waiting import wait_until

client_of = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
from websockets.exceptions import ConnectionClosed, InvalidStatus  # noqa: E402

JPEG = encode_jpeg(make_picture())
PATIENCE_S = 20
HANDSHAKE = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture
def detector() -> ModeDetector:
    return ModeDetector()


@contextmanager
def serving(detector: FakeDetector, **settings: Any) -> Iterator[tuple[str, Any]]:
    """A server's address and its application."""
    app = create_app(detector, Settings(max_image_mb=LIMIT_MB, **settings))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{server.server_port}/v1/stream", app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def streams_log(caplog: pytest.LogCaptureFixture) -> Iterator[BufferingHandler]:
    """The access log, which has nothing but streams in it where no gunicorn runs."""
    log = logging.getLogger("gunicorn.access")
    caplog.set_level(logging.INFO, logger=log.name)
    log.addHandler(handler := BufferingHandler(capacity=1000))
    yield handler
    log.removeHandler(handler)


@pytest.fixture
def address(detector: FakeDetector) -> Iterator[str]:
    with serving(detector) as (found, _):
        yield found


def connect(address: str, **options: Any) -> Any:
    return client_of.connect(address, proxy=None, **options)


def ask(socket: Any, frame: bytes = JPEG) -> dict[str, Any]:
    socket.send(frame)
    told: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE_S))
    (Problem if "status" in told else StreamAnswer).model_validate_json(json.dumps(told | {}), extra="ignore")
    return told


def refusal(address: str, **options: Any) -> Any:
    """The answer to a handshake that is refused."""
    with pytest.raises(InvalidStatus) as raised:
        connect(address, **options)
    response = raised.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    return response, json.loads(response.body)


def unsent_bytes(socket: Any) -> int:
    """What the other end's system has not acknowledged yet."""
    (count,) = struct.unpack("i", fcntl.ioctl(socket.socket, termios.TIOCOUTQ, bytes(4)))
    return int(count)


def ended(log: BufferingHandler) -> dict[str, Any]:
    """The line of the one stream that ends about now."""
    wait_until(lambda: log.buffer, most_s=PATIENCE_S)
    (record,) = log.buffer
    line: dict[str, Any] = json.loads(record.getMessage())
    return line


def test_every_frame_gets_what_a_picture_gets(address: str) -> None:
    with connect(address) as socket:
        answers = [ask(socket) for _ in range(3)]
    assert [answer["frame"] for answer in answers] == [1, 2, 3]
    assert answers[0]["summary"] == {"faces": 4, "mask": 1, "no_mask": 1, "incorrect": 1, "uncertain": 1}
    assert answers[0]["faces"][0]["relative_box"] and "track" not in answers[0]["faces"][0]


def test_options_come_in_the_address_and_change_by_a_message(address: str, detector: ModeDetector) -> None:
    with connect(f"{address}?input_size=fast&max_faces=1") as socket:
        assert len(ask(socket)["faces"]) == 1
        assert detector.calls[-1]["input_size"] is Mode.FAST
        socket.send('{"max_faces": 2, "min_score": 0.3}')
        assert len(ask(socket)["faces"]) == 2
        assert (detector.calls[-1]["min_score"], detector.calls[-1]["input_size"]) == (0.3, None)


def test_people_are_followed_and_counted_where_it_is_asked_for(address: str, detector: ModeDetector) -> None:
    detector.faces = (make_face(label="no_mask"),)
    with connect(f"{address}?track=true") as socket:
        answers = [ask(socket) for _ in range(5)]
        assert answers[0]["faces"][0]["uncertain"] == "early"
        (face,) = answers[-1]["faces"]
        assert (face["track"], face["label"], face["uncertain"]) == (1, "no_mask", None)
        assert answers[-1]["people"] == {"faces": 1, "mask": 0, "no_mask": 1, "incorrect": 0, "uncertain": 0}
        assert detector.calls[-1]["min_score"] == LOW_SCORE
        socket.send('{"track": true, "min_score": 0.99}')
        assert ask(socket)["faces"][0]["track"] == 1, "another choice loses nobody"
        socket.send('{"track": true, "min_score": 0.02}')
        ask(socket)
        assert detector.calls[-1]["min_score"] == 0.02, "who asks for faint faces gets them"


def test_the_newest_frame_wins(address: str, detector: ModeDetector, streams_log: BufferingHandler) -> None:
    entered, going_on = threading.Event(), threading.Event()
    detect = detector.detect

    def slow(*arguments: Any, **options: Any) -> Any:
        entered.set()
        assert going_on.wait(PATIENCE_S)
        return detect(*arguments, **options)

    detector.detect = slow  # type: ignore[method-assign]
    with connect(address) as socket:
        socket.send(JPEG)
        assert entered.wait(PATIENCE_S)
        for _ in range(4):
            socket.send(JPEG)
        wait_until(lambda: not unsent_bytes(socket), most_s=PATIENCE_S)  # all of them lie before the server
        going_on.set()
        numbers = [json.loads(socket.recv(timeout=PATIENCE_S))["frame"] for _ in range(2)]
    assert numbers == [1, 5]
    assert len(detector.calls) == 2
    line = ended(streams_log)
    assert (line["frames"], line["dropped"], line["close_code"]) == (5, 3, 1000)


def test_a_bad_frame_or_a_bad_option_ends_nothing(address: str, detector: ModeDetector) -> None:
    with connect(address) as socket:
        assert (ask(socket, b"no picture")["type"], ask(socket)["frame"]) == ("/problems/image-decode", 2)
        for text in (
            "no JSON",
            "[]",
            '{"speed": 1}',
            '{"max_faces": "many"}',
            '{"track": true, "min_score": 7}',
            "[" * 20_000,
        ):
            socket.send(text)
            told = ask(socket)
            assert (told["status"], told["type"]) == (422, "/problems/option")
        detector.fail_with = ModelMissingError("Expected a model. Install one.")
        assert ask(socket)["status"] == 503
        detector.fail_with = None
        assert ask(socket)["faces"]


def test_a_fault_of_the_server_is_logged_and_not_told(
    address: str, detector: ModeDetector, caplog: pytest.LogCaptureFixture
) -> None:
    detector.fail_with = RuntimeError("secret of the house")
    with connect(address) as socket:
        told = ask(socket)
    assert told["type"] == "/problems/internal" and "secret" not in json.dumps(told)
    assert "secret of the house" in caplog.text


def test_a_frame_in_pieces_is_one_frame(address: str) -> None:
    with connect(address) as socket:
        socket.send([JPEG[:100], JPEG[100:200], JPEG[200:]])
        assert json.loads(socket.recv(timeout=PATIENCE_S))["frame"] == 1


def test_reading_a_message_takes_time_by_its_pieces_and_not_by_their_square() -> None:
    """Whoever cuts a frame into single bytes must not keep a processor busy for minutes."""

    def seconds(pieces: int) -> float:
        server, caller = sockets.socketpair()
        with server, caller:
            socket = LiveSocket(server, most_bytes=10_000_000)
            socket.accept(HANDSHAKE.items())
            caller.recv(4096)
            parts = [b"\x02", *[b"\x00"] * (pieces - 2), b"\x80"]
            message = b"".join(kind + b"\x81" + bytes(4) + b"A" for kind in parts)
            sender = threading.Thread(target=caller.sendall, args=(message,))
            sender.start()
            began_s, frame = time.thread_time(), None
            while frame is None:
                frame = socket.newest_frame(timeout_s=1)
            sender.join()
            assert frame == b"A" * pieces
            return time.thread_time() - began_s

    assert seconds(16_000) < 24 * seconds(2_000), "eight times as many"


@pytest.mark.parametrize(
    "noise",
    [
        b"\x82\x7dhello" + bytes(200),
        b"\xc2\x80\0\0\0\0",
        b"\x81\x81\0\0\0\0\xff",
        b"\x83\x80\0\0\0\0",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["not masked", "compressed unasked", "no UTF-8", "an unknown kind", "HTTP again"],
)
def test_noise_ends_its_own_stream_alone(address: str, noise: bytes) -> None:
    with connect(address) as other, connect(address) as socket:
        socket.socket.sendall(noise)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=PATIENCE_S)
        assert ask(other)["faces"]


def test_a_frame_beyond_the_limit_ends_the_stream(address: str, streams_log: BufferingHandler) -> None:
    with connect(address) as socket:
        socket.send(bytes(int(LIMIT_MB * 1e6) + 1))
        with pytest.raises(ConnectionClosed) as raised:
            socket.recv(timeout=PATIENCE_S)
    assert raised.value.rcvd.code == ended(streams_log)["close_code"] == 1009


def test_a_silent_stream_gives_its_thread_back(
    address: str, monkeypatch: pytest.MonkeyPatch, streams_log: BufferingHandler
) -> None:
    monkeypatch.setattr(streams, "IDLE_S", 0.1)
    with connect(address) as socket, pytest.raises(ConnectionClosed) as raised:
        socket.recv(timeout=PATIENCE_S)
    assert raised.value.rcvd.code == ended(streams_log)["close_code"] == 1000


def test_a_server_that_stops_says_so(detector: FakeDetector) -> None:
    with serving(detector) as (address, app), connect(address) as socket:
        assert ask(socket)["faces"]
        with app.app_context():
            service().streams.going = lambda: False
        with pytest.raises(ConnectionClosed) as raised:
            socket.recv(timeout=PATIENCE_S)
        assert raised.value.rcvd.code == 1001


def test_a_caller_who_is_lost_is_logged_without_a_goodbye(address: str, streams_log: BufferingHandler) -> None:
    with connect(address, additional_headers={"X-Request-ID": "lost"}) as socket:
        ask(socket)
        socket.socket.shutdown(sockets.SHUT_RDWR)
        line = ended(streams_log)
    assert (line["request_id"], line["path"], line["status"]) == ("lost", "/v1/stream", 101)
    assert (line["frames"], line["dropped"], line["close_code"]) == (1, 0, 1006)


def test_what_a_caller_says_at_the_end_is_logged(address: str, streams_log: BufferingHandler) -> None:
    with connect(address) as socket:
        socket.close(code=4321, reason="enough")
    assert ended(streams_log)["close_code"] == 4321


def test_a_stream_is_named_as_other_requests_are(address: str, streams_log: BufferingHandler) -> None:
    with connect(address) as socket:
        name = socket.response.headers["X-Request-ID"]
    assert ended(streams_log)["request_id"] == name and len(name) == 32


def test_streams_are_counted_while_they_last(detector: FakeDetector) -> None:
    with serving(detector) as (address, app):
        with connect(address) as socket:
            ask(socket)
            told = app.test_client().get("/metrics").text
            assert "maskcore_streams 1.0" in told and 'maskcore_stream_frames_total{fate="seen"} 1.0' in told
        wait_until(lambda: "maskcore_streams 0.0" in app.test_client().get("/metrics").text, most_s=PATIENCE_S)


def test_more_streams_than_allowed_are_put_off_until_one_ends(detector: FakeDetector) -> None:
    with serving(detector, max_streams=1) as (address, _):
        with connect(address) as socket:
            ask(socket)
            response, told = refusal(address)
            assert (response.status_code, told["type"]) == (503, "/problems/busy")
            assert int(response.headers["Retry-After"]) > 0

        def is_free() -> bool:
            try:
                with connect(address) as socket:
                    return bool(ask(socket)["faces"])
            except InvalidStatus:
                return False

        wait_until(is_free, most_s=PATIENCE_S)


def test_a_key_comes_by_header_or_as_the_name_of_a_protocol(detector: FakeDetector, tmp_path: Path) -> None:
    key, line = new_key("page")
    (tmp_path / "keys").write_text(line)
    with serving(detector, api_keys_file=tmp_path / "keys") as (address, _):
        for options in ({}, {"subprotocols": ["maskcheck.v1", "key.wrong"]}):
            assert refusal(address, **options)[1]["type"] == "/problems/key"
        with connect(address, additional_headers={"X-API-Key": key}) as socket:
            assert ask(socket)["faces"]
        with connect(address, subprotocols=["maskcheck.v1", f"key.{key}"]) as socket:
            assert socket.subprotocol == "maskcheck.v1"
            assert ask(socket)["faces"]


def test_each_frame_counts_as_a_call(detector: FakeDetector) -> None:
    with serving(detector, rate_limit="3/minute") as (address, _), connect(address) as socket:
        told = [ask(socket) for _ in range(3)]
    assert [answer.get("status") for answer in told] == [None, None, 429], "the handshake is the first call"
    assert "3 per 1 minute" in told[2]["detail"] and 0 < told[2]["retry_after_s"] <= 60


def test_a_store_of_counts_that_goes_while_a_stream_runs_stops_no_frame(
    detector: FakeDetector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*bucket: Any) -> bool:
        raise StorageError(ConnectionError("refused"))

    with serving(detector, rate_limit="3/minute") as (address, app), connect(address) as socket:
        (limiter,) = app.extensions["limiter"]
        monkeypatch.setattr(limiter.limiter, "hit", gone)
        assert [ask(socket).get("status") for _ in range(4)] == [None] * 4
    assert "is not counted" in caplog.text


@pytest.mark.parametrize("settings", [{}, {"cors_origins": ["https://friend.example"]}], ids=["none", "another"])
def test_a_page_of_another_site_is_refused(detector: FakeDetector, settings: dict[str, Any]) -> None:
    with serving(detector, **settings) as (address, _):
        response, told = refusal(address, origin="https://evil.example")
    assert (response.status_code, told["type"]) == (403, "/problems/origin")


@pytest.mark.parametrize("origin", ["https://friend.example", None, "the server itself"])
def test_pages_of_this_server_and_of_named_sites_are_let_in(detector: FakeDetector, origin: str | None) -> None:
    with serving(detector, cors_origins=["https://friend.example"]) as (address, _):
        own = address.replace("ws:", "http:").removesuffix("/v1/stream")
        with connect(address, origin=own if origin and " " in origin else origin) as socket:
            assert ask(socket)["faces"]


def test_what_is_no_websocket_is_a_problem(detector: FakeDetector) -> None:
    client = create_app(detector, Settings()).test_client()
    assert "Expected a WebSocket" in check_problem(client.get("/v1/stream"), 400, "socket")
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    assert "gunicorn" in check_problem(client.get("/v1/stream", headers=upgrade), 400, "socket")
    assert "plain request" in check_problem(client.get("/v1/labels", headers=upgrade), 400, "socket")


def test_a_caller_who_leaves_before_the_handshake_is_answered_is_no_fault(
    detector: FakeDetector, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(detector, Settings(max_streams=1)).test_client()
    for _ in range(2):  # the second finds the place of the first free
        lent, callers = sockets.socketpair()
        callers.close()
        with lent:
            answer = client.get("/v1/stream", headers=HANDSHAKE, environ_overrides={"werkzeug.socket": lent})
        assert (answer.status_code, answer.data) == (101, b"")
    assert not caplog.records


@pytest.mark.parametrize("query", ["track=maybe", "min_score=7", "track=true&min_score=-0.1"])
def test_an_option_that_cannot_be_used_is_told_at_once(address: str, query: str) -> None:
    assert refusal(f"{address}?{query}")[1]["type"] == "/problems/option"
