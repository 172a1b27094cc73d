"""Load for a server: many connections that send pictures, and what came of it."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

PATH = "/v1/detect"
PATIENCE_S = 30


@dataclass
class Load:
    """What came of some load.

    Attributes:
        times_s: Seconds of each answered request.
        statuses: How often each status came.
        lost: Why requests got no answer.
    """

    times_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    took_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.times_s) / self.took_s

    def share_ms(self, percent: float) -> float:
        """Within how many milliseconds so many percent were answered."""
        return float(np.percentile(self.times_s, percent)) * 1e3


def send_load(
    url: str,
    pictures: Sequence[bytes],
    *,
    connections: int,
    seconds: float = 1e9,
    requests: int = 10**9,
    certificate: Path | None = None,
) -> Load:
    """Send pictures by turns, each connection one request after another, for so long or so often.

    Args:
        url: Where the API answers.
        pictures: Encoded ones.
        connections: How many at once.
        seconds: For how long.
        requests: How often, all connections together.
        certificate: Of an https:// address: what to trust.
    """
    load, lock, began_s = Load(), threading.Lock(), time.perf_counter()
    left = iter(range(requests))

    def send() -> None:
        connection = _connect(url, certificate)
        while time.perf_counter() - began_s < seconds and (number := _next(left, lock)) is not None:
            sent_s = time.perf_counter()
            try:
                status = _post(connection, pictures[number % len(pictures)])
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                with lock:
                    load.lost.append(repr(error))
                continue
            with lock:
                load.times_s.append(time.perf_counter() - sent_s)
                load.statuses[status] = load.statuses.get(status, 0) + 1
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.took_s = time.perf_counter() - began_s
    return load


def _connect(url: str, certificate: Path | None) -> http.client.HTTPConnection:
    place = urlsplit(url)
    if certificate:
        trust = ssl.create_default_context(cafile=certificate)
        return http.client.HTTPSConnection(place.hostname or "", place.port, timeout=PATIENCE_S, context=trust)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)


def _post(connection: http.client.HTTPConnection, picture: bytes) -> int:
    connection.request("POST", PATH, picture, {"Content-Type": "image/jpeg"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _next(left: Iterator[int], lock: threading.Lock) -> int | None:
    with lock:
        return next(left, None)
