"""What breaks HTTP's rules is refused by a problem as everything else, and is no fault of the server's."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.servers import start_api

PATIENCE_S = 30
HEAD = b"POST /v1/detect HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api") / "server.log"


@pytest.fixture(scope="module")
def port(log: Path) -> Iterator[int]:
    with start_api(log) as url:
        yield int(url.rpartition(":")[2])


def send(port: int, request: bytes) -> tuple[bytes, bytes]:
    """Head and body of the answer."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as caller:
        caller.sendall(request)
        while part := caller.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_", "status", "slug"),
    [
        pytest.param(b"GET /?" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "address-too-long", id="address"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431, "headers-too-large", id="a header"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 200 + b"\r\n", 431, "headers-too-large", id="headers"),
        pytest.param(b"\x16\x03\x01\r\n\r\n", 400, "bad-request", id="no HTTP"),
        pytest.param(b"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", 400, "bad-request", id="a header's name"),
        pytest.param(HEAD + b"Content-Length: many\r\n\r\n", 400, "bad-request", id="a length that is no number"),
        pytest.param(CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", 400, "bad-request", id="a piece without a length"),
        pytest.param(CHUNKED + b"3\r\nabcXX0\r\n\r\n", 400, "bad-request", id="a piece without an end"),
    ],
)
def test_a_request_that_cannot_be_read_is_a_problem(
    port: int, log: Path, request_: bytes, status: int, slug: str
) -> None:
    head, body = send(port, request_)
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Content-Type: application/problem+json" in head and b"Connection: close" in head
    told = json.loads(body)
    assert (told["status"], told["type"]) == (status, f"/problems/{slug}") and told["title"] and told["detail"]
    assert "Traceback" not in log.read_text()


@pytest.mark.slow
def test_a_long_query_is_read(port: int) -> None:
    boxes = "[" + ",".join(["[1,2,30,40]"] * 600) + "]"
    head, body = send(port, f"POST /v1/detect?faces={boxes} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert (head.split()[1], json.loads(body)["type"]) == (b"422", "/problems/image-missing")
