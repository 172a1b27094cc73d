"""No caller of /v1/stream whatever makes a real server fail: whoever comes next is answered, and no fault is logged."""

from __future__ import annotations

import json
import random
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from api.schemas import StreamOptions
from maskcore.imaging import encode_jpeg
from tests.api.conftest import LIMIT_MB
from tests.api.test_overload import ALONE, Running, gunicorn
from tests.factories import make_picture

client_of = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
from websockets.exceptions import ConnectionClosed, InvalidStatus  # noqa: E402

pytestmark = pytest.mark.slow
JPEG = encode_jpeg(make_picture((96, 64)))
TOO_MUCH = bytes(int(LIMIT_MB * 1e6) + 1)
HANDSHAKE = (
    b"GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
ROUNDS = 12
PATIENCE_S = 30
STREAMS = 8
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing tells the server at once, and in the rudest way
BEGINNINGS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP", b"BM", b"GIF89a", b"....ftypheic", b"%PDF"]
ODD_NUMBERS = ["-1", "0", "0.5", "7", "33", "640", "1e999", "1e-320", "NaN", "9" * 400, "9" * 5000]
ODD_WORDS = ["null", "true", '""', '"fast"', '"640"', '"NaN"', '"\\ud800"', f'"{"x" * 5000}"', "[]", "{}", "[" * 9999]
ODD_VALUES = ODD_NUMBERS + ODD_WORDS
ODD_TEXTS = ["", " ", "null", "[]", "{", "\0", '{"a": 1, "a": 2}', "{}" * 2, "[" * 50_000, "\ufeff{}", "ä" * 70_000]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("stream")
    limits = {"MASKCORE_MAX_IMAGE_MB": str(LIMIT_MB), "MASKCORE_MAX_STREAMS": str(STREAMS)}
    with gunicorn(folder, module=ALONE, MASKCORE_DATA_DIR=str(folder), **limits) as running:
        yield running


def connect(server: Running, query: str = "") -> Any:
    """A new stream; places of those that have just gone may take a moment to be free."""
    until_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return client_of.connect(f"ws://127.0.0.1:{server.port}/v1/stream{query}", proxy=None)
        except InvalidStatus as error:
            if error.response.status_code != 503 or time.monotonic() > until_s:
                raise
            time.sleep(0.05)


def call(server: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)


def hear(stream: Any) -> dict[str, Any]:
    """What a frame is answered by: faces, or a problem of the caller in words."""
    told: dict[str, Any] = json.loads(stream.recv(timeout=PATIENCE_S))
    check(told)
    return told


def check(told: dict[str, Any]) -> None:
    if "faces" not in told:
        assert 400 <= told["status"] < 500 and told["type"].startswith("/problems/") and told["detail"], told


def any_picture(chance: random.Random) -> bytes:
    """Noise after the beginning of some kind of file, or a picture that was cut, damaged or left alone."""
    if chance.random() < 0.4:
        return chance.choice(BEGINNINGS) + chance.randbytes(chance.choice([0, 1, 30, 3000]))
    damaged = bytearray(JPEG)
    for _ in range(chance.choice([0, 0, 1, 20])):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])


def any_text(chance: random.Random) -> str:
    """Options of the stream, right or wrong, or no JSON at all."""
    if chance.random() < 0.3:
        return chance.choice(ODD_TEXTS)
    names = chance.choices([*StreamOptions.model_fields, "x", "__class__", ""], k=chance.randrange(4))
    return "{" + ", ".join(f"{json.dumps(name)}: {chance.choice(ODD_VALUES)}" for name in names) + "}"


def said(chance: random.Random) -> bytes:
    """All that a client sends, from its handshake on: options, frames in pieces, pings and a goodbye."""
    client = Connection(ConnectionType.CLIENT)
    events = [TextMessage(any_text(chance)), Ping(chance.randbytes(9)), BytesMessage(JPEG[:99], message_finished=False)]
    events += [Ping(), BytesMessage(JPEG[99:]), BytesMessage(any_picture(chance)), CloseConnection(1000, "Bye")]
    return HANDSHAKE + b"".join(client.send(event) for event in events)


def bad_frames(server: Running, chance: random.Random) -> None:
    with connect(server, chance.choice(["", "?track=true"])) as stream:
        for _ in range(5):
            stream.send(any_picture(chance))
            hear(stream)


def bad_texts(server: Running, chance: random.Random) -> None:
    with connect(server) as stream:
        for _ in range(5):
            stream.send(any_text(chance))
            stream.send(JPEG)
            hear(stream)


def bad_options_in_the_address(server: Running, chance: random.Random) -> None:
    names = chance.choices([*StreamOptions.model_fields, "x"], k=2)
    query = "&".join(f"{name}={quote(chance.choice(ODD_VALUES)[:500])}" for name in names)
    try:
        with connect(server, f"?{query}"):
            pass
    except InvalidStatus as error:
        check(json.loads(error.response.body))


def too_much_at_once(server: Running, chance: random.Random) -> None:
    with connect(server) as stream, pytest.raises(ConnectionClosed) as raised:
        stream.send(chance.choice([TOO_MUCH, "x" * len(TOO_MUCH), [JPEG] * (len(TOO_MUCH) // len(JPEG) + 1)]))
        stream.recv(timeout=PATIENCE_S)
    assert raised.value.rcvd is None or raised.value.rcvd.code == 1009  # its words are lost where much is unread


def an_end_at_any_point(server: Running, chance: random.Random) -> None:
    everything = said(chance)
    with call(server) as caller:
        if chance.random() < 0.5:
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        caller.sendall(everything[: chance.choice([len(HANDSHAKE), chance.randrange(len(everything))])])
        time.sleep(chance.choice([0, 0.001, 0.05]))


def noise_in_the_place_of_frames(server: Running, chance: random.Random) -> None:
    with call(server) as caller:
        caller.sendall(HANDSHAKE + chance.randbytes(chance.choice([1, 2, 10, 5000])))
        caller.shutdown(socket.SHUT_WR)
        listen(caller)


def a_damaged_handshake(server: Running, chance: random.Random) -> None:
    damaged = bytearray(HANDSHAKE)
    for _ in range(chance.randrange(1, 4)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    with call(server) as caller:
        caller.sendall(damaged)
        caller.shutdown(socket.SHUT_WR)
        listen(caller)


def frames_without_a_look_at_the_answers(server: Running, chance: random.Random) -> None:
    client = Connection(ConnectionType.CLIENT)
    with call(server) as caller:
        caller.sendall(HANDSHAKE + b"".join(client.send(BytesMessage(JPEG)) for _ in range(chance.randrange(50))))


def many_quick_connections(server: Running, chance: random.Random) -> None:
    callers = [call(server) for _ in range(4 * STREAMS)]
    for caller in callers:
        with caller:
            caller.sendall(HANDSHAKE[: chance.choice([0, 20, len(HANDSHAKE), len(HANDSHAKE)])])


def listen(caller: socket.socket) -> None:
    """Hear the server out; it never tells of a fault of its own."""
    heard = b""
    with suppress(ConnectionResetError):
        while part := caller.recv(65_536):
            heard += part
    assert b"/problems/internal" not in heard and not heard.startswith(b"HTTP/1.1 500")


MANNERS: list[Callable[[Running, random.Random], None]] = [
    bad_frames,
    bad_texts,
    bad_options_in_the_address,
    too_much_at_once,
    an_end_at_any_point,
    noise_in_the_place_of_frames,
    a_damaged_handshake,
    frames_without_a_look_at_the_answers,
    many_quick_connections,
]


@pytest.mark.parametrize("manner", MANNERS, ids=[manner.__name__ for manner in MANNERS])
def test_whoever_comes_next_is_answered(server: Running, manner: Callable[[Running, random.Random], None]) -> None:
    logged = server.log.stat().st_size
    for seed in range(ROUNDS):
        manner(server, random.Random(seed))
        with connect(server) as stream:
            stream.send(JPEG)
            assert "faces" in hear(stream), seed
    told = server.log.read_bytes()[logged:].decode()
    assert "Traceback" not in told and " failed" not in told
    assert not re.search(r'"status": 5(?!03)', told)
