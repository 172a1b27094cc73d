"""More work than a process can do is put off at once, and a real gunicorn starts warm and stops without a loss."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.app import create_app
from api.gunicorn_conf import threads
from api.timely_worker import TimelySocket
from maskcore.imaging import encode_jpeg
from maskcore.settings import Settings
from tests.api.requests import WAYS, check_problem
from tests.api.slow_app import GATE, LOOKED
from tests.browser.servers import free_port, start_server
from tests.factories import FakeDetector, make_picture

JPEG = encode_jpeg(make_picture())
PATIENCE_S = 20


class GatedDetector(FakeDetector):
    """A fake that waits until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.going_on = threading.Semaphore(0), threading.Event()

    def detect(self, *arguments: Any, **options: Any) -> Any:
        self.entered.release()
        assert self.going_on.wait(PATIENCE_S)
        return super().detect(*arguments, **options)


def test_work_beyond_the_bound_is_put_off_and_reading_is_not() -> None:
    detector = GatedDetector()
    app = create_app(detector, Settings(max_in_hand=2))  # type: ignore[arg-type]
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(WAYS["raw"], app.test_client(), JPEG) for _ in range(2)]
        for _ in first:
            assert detector.entered.acquire(timeout=PATIENCE_S)
        answer = WAYS["raw"](app.test_client(), JPEG)
        assert "At most 2" in check_problem(answer, 503, "busy")
        assert int(answer.headers["Retry-After"]) >= 1
        assert app.test_client().get("/v1/labels").status_code == 200
        assert "maskcore_in_hand 2.0" in app.test_client().get("/metrics").text
        detector.going_on.set()
        assert [each.result().status_code for each in first] == [200, 200]
    assert WAYS["raw"](app.test_client(), JPEG).status_code == 200
    assert "maskcore_in_hand 0.0" in app.test_client().get("/metrics").text


@pytest.mark.parametrize("body", [b"no picture", b""])
def test_work_that_fails_gives_its_place_back(body: bytes) -> None:
    client = create_app(FakeDetector(), Settings(max_in_hand=1)).test_client()  # type: ignore[arg-type]
    assert {WAYS["raw"](client, body).status_code for _ in range(3)} == {422}


def test_a_stranger_takes_no_place(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    settings = Settings(max_in_hand=1, api_keys_file=tmp_path / "keys")
    client = create_app(FakeDetector(), settings).test_client()  # type: ignore[arg-type]
    assert {WAYS["raw"](client, JPEG).status_code for _ in range(3)} == {401}


def test_there_are_more_threads_than_work_and_streams_take() -> None:
    assert threads > Settings().max_in_hand + Settings().max_streams


class Running(NamedTuple):
    """A gunicorn, mostly with the slow detector."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def look(self) -> int:
        """Send a picture; the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request("POST", "/v1/detect", JPEG, {"Content-Type": "image/jpeg"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def wait_for_work(self, count: int) -> None:
        """Until so many pictures are in its hands."""
        until_s = time.monotonic() + PATIENCE_S
        while f"maskcore_in_hand {count}.0" not in self._metrics():
            assert time.monotonic() < until_s, self._metrics()
            time.sleep(0.05)

    def _metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            return str(answer.read(), "utf-8")


SLOW_APP = "gunicorn --config python:api.gunicorn_conf --workers 1 --bind 127.0.0.1:{port} tests.api.slow_app:build()"
ALONE = "api --port {port}"


@contextmanager
def gunicorn(folder: Path, *, module: str = SLOW_APP, **environment: str) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", *module.format(port=port).split()]
    log = folder / "server.log"
    with start_server(command, f"http://127.0.0.1:{port}/health/live", log=log, environment=environment) as process:
        yield Running(port, process, log)


@pytest.mark.slow
def test_gunicorn_takes_requests_once_the_model_has_run(tmp_path: Path) -> None:
    with gunicorn(tmp_path) as running:
        assert running.log.read_text().count(LOOKED) == 1
        with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/health/ready") as answer:
            assert answer.status == 200
        assert running.log.read_text().count(LOOKED) == 1, "once in all, whoever asks"


@pytest.mark.slow
def test_gunicorn_says_no_at_once_while_it_is_busy(tmp_path: Path) -> None:
    gate = tmp_path / "closed"
    own = {"MASKCORE_MAX_IN_HAND": "2", GATE: str(gate)}
    with gunicorn(tmp_path, **own) as running, ThreadPoolExecutor(8) as pool:
        gate.touch()
        begun = [pool.submit(running.look) for _ in range(2)]
        running.wait_for_work(2)
        more = [pool.submit(running.look) for _ in range(6)]
        assert [each.result() for each in more] == [503] * 6
        with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/health/live") as answer:
            assert answer.status == 200
        assert not any(each.done() for each in begun), "nobody waited for them"
        gate.unlink()
        assert [each.result() for each in begun] == [200] * 2


@pytest.mark.slow
def test_a_stop_loses_no_request_and_tells_streams_to_go(tmp_path: Path) -> None:
    client_of = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    from websockets.exceptions import ConnectionClosed

    gate = tmp_path / "closed"
    with gunicorn(tmp_path, **{GATE: str(gate)}) as running, ThreadPoolExecutor(3) as pool:
        with client_of.connect(f"ws://127.0.0.1:{running.port}/v1/stream", proxy=None) as stream:
            stream.send(JPEG)
            assert b"faces" in stream.recv(timeout=PATIENCE_S, decode=False)
            gate.touch()
            begun = [pool.submit(running.look) for _ in range(3)]
            running.wait_for_work(3)
            running.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as raised:
                stream.recv(timeout=PATIENCE_S)
            assert raised.value.rcvd.code == 1001
            gate.unlink()
            assert [each.result() for each in begun] == [200] * 3
        assert running.process.wait(PATIENCE_S) == 0
        with pytest.raises(ConnectionRefusedError):
            running.look()


HEAD = b"POST /v1/detect HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
DRIPPED = {
    "a body": HEAD + b"Content-Length: 5000\r\n\r\n",
    "pieces": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1388\r\n",
    "a head": HEAD + b"X-Long: ",
}


@pytest.mark.slow
@pytest.mark.parametrize("module", [SLOW_APP, ALONE], ids=["gunicorn", "python -m api"])
@pytest.mark.parametrize("what", DRIPPED)
def test_a_caller_who_sends_a_byte_now_and_then_is_given_up(what: str, module: str, tmp_path: Path) -> None:
    times = {"MASKCORE_UPLOAD_DEADLINE_S": "1.5", "MASKCORE_UPLOAD_PATIENCE_S": "60"}
    with gunicorn(tmp_path, module=module, **times) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=0.2) as caller:
            caller.sendall(DRIPPED[what])
            answer, ended = b"", False
            until_s = time.monotonic() + PATIENCE_S
            while not ended and time.monotonic() < until_s:
                try:
                    caller.sendall(b"" if answer else b"x")
                    part = caller.recv(65_536)
                except TimeoutError:
                    continue
                except ConnectionError:  # given up while a byte was on its way
                    part = b""
                answer, ended = answer + part, not part or b"/problems/" in answer + part
        assert ended
        assert answer == b"" if what == "a head" else answer.startswith(b"HTTP/1.1 408") and b"body-cut" in answer
        assert running.look() == 200
        assert "Traceback" not in running.log.read_text()


@pytest.mark.slow
def test_a_body_that_comes_fast_enough_may_take_longer_than_the_deadline(tmp_path: Path) -> None:
    with gunicorn(tmp_path, MASKCORE_UPLOAD_DEADLINE_S="2") as running:
        body = JPEG.ljust(700_000, b"\0")
        with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE_S) as caller:
            caller.sendall(HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
            for start in range(0, len(body), 100_000):
                caller.sendall(body[start : start + 100_000])
                time.sleep(0.4)
            assert caller.recv(65_536).startswith(b"HTTP/1.1 200")


@pytest.mark.slow
def test_a_caller_who_sends_no_more_is_given_up(tmp_path: Path) -> None:
    with gunicorn(tmp_path, MASKCORE_UPLOAD_PATIENCE_S="1") as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE_S) as caller:
            head = "POST /v1/detect HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\n"
            caller.sendall(head.encode() + JPEG[:1000])
            answer = b""
            while b"/problems/" not in answer and (part := caller.recv(65_536)):  # head and body may come apart
                answer += part
        assert answer.startswith(b"HTTP/1.1 408") and b"/problems/body-cut" in answer
        assert running.look() == 200


@pytest.mark.slow
@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in pieces"])
def test_an_answer_to_a_body_that_was_not_read_says_that_the_connection_ends(chunked: bool, tmp_path: Path) -> None:
    """A caller would send the next picture into it, and find it closed; where all was read, it goes on."""
    with (
        gunicorn(tmp_path) as running,
        closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE_S)) as caller,
    ):
        for kind, status, ends in (("image/jpeg", 200, False), ("text/plain", 415, True), ("image/jpeg", 200, False)):
            body = JPEG.ljust(300_000, b"\0")
            pieces = iter([body[:150_000], body[150_000:]]) if chunked else body
            caller.request("POST", "/v1/detect", pieces, {"Content-Type": kind}, encode_chunked=chunked)
            answer = caller.getresponse()
            answer.read()
            assert (answer.status, answer.will_close) == (status, ends)


@pytest.mark.slow
def test_who_sends_on_while_a_body_is_refused_gets_the_answer(tmp_path: Path) -> None:
    head = "POST /v1/detect HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 20000000\r\n\r\n"
    with (
        gunicorn(tmp_path) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE_S) as caller,
    ):
        caller.sendall(head.encode() + bytes(20_000_000))  # more than lies between two sockets
        assert caller.recv(65_536).startswith(b"HTTP/1.1 415")


def pair() -> tuple[TimelySocket, socket.socket]:
    """Two ends of a connection on which little lies in between; ours has begun an answer, within 0.3 s and its size."""
    lent, caller = socket.socketpair()
    lent.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    ours = TimelySocket(fileno=lent.detach())
    ours.answer_until_s = time.monotonic() + 0.3
    return ours, caller


def test_a_caller_who_does_not_take_the_answer_is_given_up() -> None:
    ours, caller = pair()
    with ThreadPoolExecutor(1) as pool, ours, caller, pytest.raises(BrokenPipeError):
        pool.submit(ours.sendall, bytes(20_000)).result(PATIENCE_S)


def test_an_answer_may_take_the_time_of_its_size() -> None:
    ours, caller = pair()
    with ours, caller, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(ours.sendall, bytes(80_000))
        taken = 0
        while taken < 80_000:
            time.sleep(0.02)  # as a poor line: half a second in all, beyond the 0.3
            taken += len(caller.recv(4096))
        sent.result()


def test_a_stream_may_last_longer_than_an_answer() -> None:
    ours, caller = pair()
    with ours, caller:
        ours.settimeout(PATIENCE_S)
        ours.answer_until_s = time.monotonic() - 1
        ours.sendall(b"frame")
        assert caller.recv(4096) == b"frame"


def test_who_does_not_close_keeps_nobody_waiting() -> None:
    """Gunicorn waits for a caller to close at the door, where new ones come in; the thread has waited by then."""
    lent, caller = socket.socketpair()
    with caller, TimelySocket(fileno=lent.detach()) as ours:
        caller.sendall(b"sent on")
        ours.say_goodbye(most_s=0.01)
        ours.settimeout(PATIENCE_S)
        assert ours.recv(4096) == b"" == caller.recv(4096)


def test_a_goodbye_waits_no_longer_than_for_the_caller_to_close() -> None:
    lent, caller = socket.socketpair()
    with TimelySocket(fileno=lent.detach()) as ours, ThreadPoolExecutor(1) as pool:
        waits = pool.submit(ours.say_goodbye, most_s=1e6)
        assert caller.recv(4096) == b""
        assert not waits.done()
        caller.close()
        waits.result(timeout=PATIENCE_S)
