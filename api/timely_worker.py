"""Gunicorn's worker with threads, but no caller keeps one of them, or the door, by being slow."""

from __future__ import annotations

import errno
import time
from contextlib import suppress
from socket import SHUT_WR, socket
from typing import Any

from gunicorn.errors import AppImportError  # type: ignore[import-untyped]
from gunicorn.http.body import ChunkedReader  # type: ignore[import-untyped]
from gunicorn.http.errors import NoMoreData  # type: ignore[import-untyped]
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from api.unreadable import is_callers_fault, refusal
from maskcore.errors import SettingsError
from maskcore.settings import get_settings

LINGER_S = 1.0  # for a caller to close a connection that is over
SLOWEST_BYTES_PER_S = 100_000  # a large film may take as long as a poor line needs, not as long as one likes
_PIECE = 65_536  # bytes read at once
_BODY_HEADERS = {"CONTENT-LENGTH", "TRANSFER-ENCODING"}


class TimelySocket(socket):
    """A connection on which reading and answering end at a deadline, however often a byte comes or is taken.

    Attributes:
        until_s: The deadline, in seconds of time.monotonic(); what comes moves it on by the time that it takes at
            SLOWEST_BYTES_PER_S. None lets reading wait as long as the socket's own timeout says.
        answer_until_s: The same for the answer; what is to be sent moves it on. None before the first byte.
    """

    until_s: float | None = None
    answer_until_s: float | None = None
    _is_over = False

    def say_goodbye(self, *, most_s: float = LINGER_S) -> None:
        """Send no more, and take what still comes until the caller closes too; later nothing comes.

        A caller who is still sending would find the connection broken in place of the answer. Gunicorn waits like this
        too, but for two seconds, and where it lets new callers in.

        Args:
            most_s: How long to wait, in seconds.
        """
        end_s = time.monotonic() + most_s
        with suppress(OSError):
            self.shutdown(SHUT_WR)
            while (left_s := end_s - time.monotonic()) > 0:
                self.settimeout(left_s)
                if not super().recv(_PIECE):
                    break
        self._is_over = True

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """As socket.recv.

        Raises:
            NoMoreData: The deadline is over; gunicorn and werkzeug take it for a caller who is gone.
        """
        if self._is_over:
            return b""
        if self.until_s is None:
            return super().recv(size, flags)
        patience_s, left_s = self.gettimeout(), self.until_s - time.monotonic()
        if left_s <= 0:
            raise NoMoreData
        self.settimeout(left_s if patience_s is None else min(left_s, patience_s))
        try:
            piece = super().recv(size, flags)
        except TimeoutError as error:
            raise NoMoreData from error
        finally:
            self.settimeout(patience_s)
        self.until_s += len(piece) / SLOWEST_BYTES_PER_S
        return piece

    def sendall(self, data: bytes, flags: int = 0, /) -> None:  # type: ignore[override]
        """As socket.sendall; an answer, for which nobody sets a timeout, has MASKCORE_UPLOAD_DEADLINE_S.

        Raises:
            BrokenPipeError: The deadline is over; gunicorn takes it for a caller who is gone.
        """
        if self.gettimeout() is not None:  # a stream's frames, whose own patience is counted for each
            return super().sendall(data, flags)
        now_s = time.monotonic()
        until_s = now_s + get_settings().upload_deadline_s if self.answer_until_s is None else self.answer_until_s
        self.answer_until_s = until_s + len(data) / SLOWEST_BYTES_PER_S
        try:
            self.settimeout(max(self.answer_until_s - now_s, 0.001))
            super().sendall(data, flags)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "The caller does not take the answer in time") from error
        finally:
            self.settimeout(None)


class TimelyWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Head and body of a request, and its answer, have MASKCORE_UPLOAD_DEADLINE_S each."""

    def load_wsgi(self) -> None:
        """Build the application.

        Raises:
            AppImportError: A setting cannot be used; gunicorn says so in these words alone, and ends.
        """
        try:
            super().load_wsgi()
        except SettingsError as error:
            raise AppImportError(f"{error.title}: {error}") from error

    def handle(self, conn: Any) -> Any:
        """Take a connection that has something to say."""
        if not conn.initialized:
            conn.sock = TimelySocket(fileno=conn.sock.detach())
        _limit(conn.sock, get_settings().upload_deadline_s)
        goes_on = super().handle(conn)
        if not goes_on and isinstance(conn.sock, TimelySocket):
            conn.sock.say_goodbye()
        return goes_on

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what could not be read, or could not be done."""
        if not is_callers_fault(exc):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("A request from %s cannot be read: %s", addr[0] if addr else "a socket", exc)
        with suppress(OSError):  # who is gone is told nothing
            write_nonblock(client, refusal(exc))

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head has come; without a body nothing is due, as on a stream."""
        has_body = any(name in _BODY_HEADERS for name, _ in req.headers)
        _limit(conn.sock, get_settings().upload_deadline_s if has_body else None)
        _end_after_unread(req)
        return super().handle_request(req, conn)


def _limit(sock: socket, seconds: float | None) -> None:
    """Let what comes next be read in so many seconds; None: nothing is due."""
    if isinstance(sock, TimelySocket):  # where gunicorn speaks HTTPS itself, it is another
        sock.answer_until_s = None
        sock.until_s = None if seconds is None else time.monotonic() + seconds


def _end_after_unread(req: Any) -> None:
    """Let an answer say that the connection ends where the body was refused unread.

    Gunicorn ends it then, for nobody knows where the next request begins, but asks only the request's head whether to
    say so: the caller would send the next picture into a closed connection.
    """
    asks_for_end = req.should_close
    req.should_close = lambda: asks_for_end() or _is_unread(req.body.reader)


def _is_unread(reader: Any) -> bool:
    if isinstance(reader, ChunkedReader):
        return reader.parser is not None
    return bool(reader.length)
