"""The server's end of a WebSocket (RFC 6455) that passes over old frames, on the socket that the web server lends."""

from __future__ import annotations

import io
import selectors
import ssl
import time
from collections.abc import Iterable
from socket import socket
from typing import Any

import h11
from flask import Response
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Request,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import ProtocolError

from api.problems import RequestError

PROTOCOL = "maskcheck.v1"
PATIENCE_S = 10.0  # for a peer that takes what it asked for
FAREWELL_S = 1.0
_PIECE = 65_536  # bytes read at once


class SocketClosed(Exception):
    """The peer is gone, takes nothing, or broke the protocol."""


class LiveSocket:
    """A connection. Reading happens between answers only, so a peer that sends too much waits, as TCP has it.

    Args:
        lent: The connection of the request that asks for a WebSocket.
        most_bytes: The longest message.

    Attributes:
        text: The newest text message, until somebody takes it.
        frames: How many binary messages came.
        close_code: Why it ended: what this end or the peer said first, or 1006 as long as nobody has said anything.

    Raises:
        RequestError: The web server lends no connection.
    """

    def __init__(self, lent: socket | None, *, most_bytes: int):
        if lent is None:
            raise RequestError("socket", "Expected gunicorn in front of the application; frames can go to /v1/detect.")
        self._sock = lent
        self._sock.settimeout(PATIENCE_S)
        self._most_bytes = most_bytes
        self._bytes_so_far = io.BytesIO()  # of a message whose end has not come; lists would be summed up at each part
        self._text_so_far = io.StringIO()
        self._ws = WSConnection(ConnectionType.SERVER)
        self._frame: bytes | None = None
        self.text: str | None = None
        self.frames = 0
        self.close_code = int(CloseReason.ABNORMAL_CLOSURE)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._sock, selectors.EVENT_READ)

    def accept(self, headers: Iterable[tuple[str, str]], *, more: Iterable[tuple[str, str]] = ()) -> None:
        """Shake hands.

        Args:
            headers: Of the request.
            more: Headers of the answer.
        Raises:
            RequestError: The request asks for no WebSocket.
            SocketClosed: The peer is gone.
        """
        try:
            self._ws.initiate_upgrade_connection(_as_bytes(headers), "/")
            (asked,) = self._ws.events()
            assert isinstance(asked, Request)
            chosen = PROTOCOL if PROTOCOL in asked.subprotocols else None
            accepted = self._ws.send(AcceptConnection(subprotocol=chosen, extra_headers=_as_bytes(more)))
        except (ProtocolError, h11.ProtocolError, ValueError) as error:
            raise RequestError("socket", f"Expected a WebSocket's handshake after RFC 6455: {error}.") from error
        self._write(accepted)

    def newest_frame(self, *, timeout_s: float) -> bytes | None:
        """The newest binary message of those that came; None when none came in time.

        Raises:
            SocketClosed: The peer is gone.
        """
        read = 0
        while read <= self._most_bytes and self._readable(0 if self._frame else timeout_s):
            read += self._read()
            timeout_s = 0
        frame, self._frame = self._frame, None
        return frame

    def send(self, text: str) -> None:
        """Send a text message.

        Raises:
            SocketClosed: The peer is gone, or takes nothing.
        """
        self._write(self._ws.send(TextMessage(data=text)))

    def close(self, reason: CloseReason, words: str = "") -> None:
        """Say goodbye, and wait a little for the peer's.

        Raises:
            SocketClosed: The peer is gone, or takes nothing.
        """
        self.close_code = int(reason)
        self._write(self._ws.send(CloseConnection(reason, words)))
        until_s = time.monotonic() + FAREWELL_S
        while self._ws.state is not ConnectionState.CLOSED and self._readable(max(0.0, until_s - time.monotonic())):
            self._read()

    def _write(self, data: bytes) -> None:
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise SocketClosed from error

    def _readable(self, timeout_s: float) -> bool:
        pending = self._sock.pending() if isinstance(self._sock, ssl.SSLSocket) else 0
        return bool(pending or self._selector.select(timeout_s))

    def _read(self) -> int:
        """Take what has come; how many bytes that were."""
        try:
            piece = self._sock.recv(_PIECE)
        except OSError as error:
            raise SocketClosed from error
        if not piece:
            raise SocketClosed
        self._take(piece)
        return len(piece)

    def _take(self, piece: bytes) -> None:
        try:
            self._ws.receive_data(piece)
            for event in self._ws.events():
                self._take_event(event)
        except ProtocolError as error:
            raise SocketClosed from error

    def _take_event(self, event: object) -> None:
        if isinstance(event, Ping):
            self._write(self._ws.send(event.response()))
        if isinstance(event, CloseConnection):
            if self._ws.state is ConnectionState.REMOTE_CLOSING:
                self.close_code = int(event.code)
                self._write(self._ws.send(event.response()))
            elif self._ws.state is ConnectionState.OPEN:  # how wsproto tells of noise
                self.close(CloseReason(event.code), event.reason or "")
            raise SocketClosed
        if isinstance(event, TextMessage):
            self._text_so_far.write(event.data)
            self._check_length(self._text_so_far.tell())
            if event.message_finished:
                self.text, self._text_so_far = self._text_so_far.getvalue(), io.StringIO()
        if isinstance(event, BytesMessage):
            self._bytes_so_far.write(event.data)
            self._check_length(self._bytes_so_far.tell())
            if event.message_finished:
                self._frame, self._bytes_so_far = self._bytes_so_far.getvalue(), io.BytesIO()
                self.frames += 1

    def _check_length(self, length: int) -> None:
        if length > self._most_bytes:
            self._bytes_so_far, self._text_so_far = io.BytesIO(), io.StringIO()
            self.close(CloseReason.MESSAGE_TOO_BIG, f"At most {self._most_bytes / 1e6:g} MB a frame")
            raise SocketClosed


class TakenOver(Response):
    """What a view returns whose socket has said all: the web server writes nothing and closes the connection."""

    def __init__(self) -> None:
        super().__init__(status=101, headers={"Connection": "close"})

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """End the request."""
        if "gunicorn.socket" in environ:
            raise StopIteration  # how gunicorn is told
        return super().__call__(environ, start_response)


def _as_bytes(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers]
