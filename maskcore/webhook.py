"""Tells another program of alerts: signed, retried, and never in the way of the video."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import queue
import threading
import time
import urllib.request
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

TIMEOUT_S = 5.0
PAUSES_S = (0.0, 1.0, 5.0, 25.0)  # before each try
WAITING_MOST = 100
SIGNATURE = "X-Maskcore-Signature"

_log = logging.getLogger(__name__)


def sign(body: bytes, *, secret: str, at_s: int) -> str:
    """The signature of a message: its time, and HMAC-SHA256 of "time.body" in hexadecimal.

    Whoever receives it computes the same with the shared secret, compares in constant time, and refuses old times.
    """
    mac = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={mac.hexdigest()}"


class Webhook:
    """Sends messages as JSON by POST, in order, on a thread of its own.

    Each carries an `id` of its own that all tries share, so that a receiver knows one that comes twice. A message that
    the other side refuses (3xx, 4xx) is given up at once, one that cannot be delivered after the last try.

    Args:
        url: http:// or https://.
        secret: Shared with the receiver; empty: not signed.
        pauses_s: Before each try.
        timeout_s: For one try.
    """

    def __init__(
        self, url: str, *, secret: str = "", pauses_s: tuple[float, ...] = PAUSES_S, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._url, self._secret, self._pauses_s, self._timeout_s = url, secret, pauses_s, timeout_s
        self._waiting: queue.Queue[bytes] = queue.Queue(WAITING_MOST)
        self.trouble = ""  # why the newest message could not be delivered; empty where it was
        threading.Thread(target=self._run, name="webhook", daemon=True).start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Hand over a message; it is dropped, and that logged, where a hundred are waiting."""
        try:
            self._waiting.put_nowait(json.dumps({"id": uuid.uuid4().hex, **message}).encode())
        except queue.Full:
            self.trouble = f"{WAITING_MOST} messages are waiting; a new one was dropped."
            _log.warning("Webhook: %s", self.trouble)

    def _run(self) -> None:
        while True:
            body = self._waiting.get()
            self.trouble = self._deliver(body)
            if self.trouble:
                _log.warning("Webhook: a message was given up. %s", self.trouble)

    def _deliver(self, body: bytes) -> str:
        """Try until it works; returns why it did not, or an empty text."""
        trouble = ""
        for pause_s in self._pauses_s:
            time.sleep(pause_s)
            try:
                self._post(body)
                return ""
            except HTTPError as error:
                trouble = f"It answered {error.code}."
                if error.code < HTTPStatus.INTERNAL_SERVER_ERROR and error.code != HTTPStatus.TOO_MANY_REQUESTS:
                    return trouble
            except HTTPException as error:  # raised past urllib's own errors
                trouble = f"It did not answer as HTTP does: {error!r}."
            except (OSError, UnicodeError) as error:  # UnicodeError: no host can have such a name
                trouble = f"It cannot be reached: {getattr(error, 'reason', error)}."
        return trouble

    def _post(self, body: bytes) -> None:
        headers = {"Content-Type": "application/json", "User-Agent": "maskcore"}
        if self._secret:
            headers[SIGNATURE] = sign(body, secret=self._secret, at_s=int(time.time()))
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")  # noqa: S310 - settings take http(s) only
        with _OPENER.open(request, timeout=self._timeout_s):
            pass


class _NoWayOn(urllib.request.HTTPRedirectHandler):
    """Takes a redirection for a refusal: urllib would go on with a GET that leaves the message behind."""

    def redirect_request(self, *_: Any) -> None:
        """Go nowhere, so that the status is raised as an error."""


_OPENER = urllib.request.build_opener(_NoWayOn)
