"""How fast gunicorn serves, by workers, threads and threads of one inference, and how much memory it takes.

`python -m tests.bench.serving` prints the table of docs/operations.md; `--requests 20000` watches the memory instead.
The load comes from this process over the loopback: it takes a share of the same cores, in every row alike.
"""

from __future__ import annotations

import argparse
import http.client
import os
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np

from maskcore.imaging import encode_jpeg
from maskcore.samples import SAMPLES
from tests.browser.servers import free_port, start_server

PATH = "/v1/detect"
PATIENCE_S = 30
# workers, threads of each, threads of one inference
SETTINGS = [(1, 1, 2), (1, 4, 1), (1, 4, 2), (2, 4, 1), (2, 4, 2), (2, 8, 1), (2, 8, 2), (3, 4, 1)]


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
    picture: bytes,
    *,
    connections: int,
    seconds: float = 1e9,
    requests: int = 10**9,
    certificate: Path | None = None,
) -> Load:
    """Send a picture over and over, each connection one request after another, for so long or so often.

    Args:
        url: Where the API answers.
        picture: An encoded picture.
        connections: How many at once.
        seconds: For how long.
        requests: How often, all connections together.
        certificate: Of an https:// address: what to trust.
    """
    load, lock, began_s = Load(), threading.Lock(), time.perf_counter()
    left = iter(range(requests))

    def send() -> None:
        connection = _connect(url, certificate)
        while time.perf_counter() - began_s < seconds and _next(left, lock):
            sent_s = time.perf_counter()
            try:
                status = _post(connection, picture)
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


def sample_picture() -> bytes:
    """A sample with one face as a JPEG of 640×480."""
    image_bgr = cv2.imread(str(SAMPLES[0].path))
    return encode_jpeg(np.asarray(cv2.resize(image_bgr, (640, 480)), np.uint8))


@contextmanager
def gunicorn(
    *, workers: int, threads: int, inference: int = 1, preload: bool = False, port: int | None = None
) -> Iterator[tuple[str, int]]:
    """The API under gunicorn with the settings that ship but for these; gives its address and process."""
    port = port or free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:api.gunicorn_conf", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(workers), "--threads", str(threads), "--access-logfile", "/dev/null"]
    command += ["--preload"] if preload else []
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        own = {"MASKCORE_THREADS": str(inference), "MASKCORE_DATA_DIR": folder, "TMPDIR": folder}
        log = Path(folder, "log")
        with start_server(command, f"{url}/health/ready", log=log, environment=own) as process:
            yield url, process.pid


def memory_mb(pid: int) -> float:
    """Memory of a process and those below it; what they share is counted once (Linux, proportional set size)."""
    return sum(_own_kb(each) for each in [pid, *_below(pid)]) / 1e3


def measure_speed(*, seconds: float, connections: int, rounds: int) -> None:
    """Print the table of settings: of each its fastest round, the one that other work disturbed least."""
    picture = sample_picture()
    best: dict[tuple[int, int, int], tuple[float, str]] = {}
    for _, setting in product(range(rounds), SETTINGS):
        workers, threads, inference = setting
        with gunicorn(workers=workers, threads=threads, inference=inference) as (url, pid):
            send_load(url, picture, connections=connections, seconds=1)  # every thread has its interpreter
            load = send_load(url, picture, connections=connections, seconds=seconds)
            assert load.statuses.keys() == {200} and not load.lost, (load.statuses, load.lost[:3])
            times = " | ".join(f"{load.share_ms(percent):.0f}" for percent in (50, 95))
            told = f"{load.per_s:.0f} | {times} | {memory_mb(pid):.0f}"
            best[setting] = max(best.get(setting, (0.0, "")), (load.per_s, told))
    print("| workers | threads | inference threads | requests/s | p50 ms | p95 ms | memory MB |")
    print("|---|---|---|---|---|---|---|")
    for (workers, threads, inference), (_, told) in best.items():
        print(f"| {workers} | {threads} | {inference} | {told} |")


def measure_preload() -> None:
    """Print the memory of workers that load the model each, and of workers that share what was loaded before."""
    picture = sample_picture()
    for workers, preload in product((1, 2, 4), (False, True)):
        with gunicorn(workers=workers, threads=4, preload=preload) as (url, pid):
            send_load(url, picture, connections=8, requests=100)
            print(f"{workers} workers, preload {preload}: {memory_mb(pid):.0f} MB", flush=True)


def measure_growth(requests: int, *, connections: int) -> None:
    """Print the memory every tenth of so many requests."""
    picture = sample_picture()
    with gunicorn(workers=2, threads=8) as (url, pid):
        send_load(url, picture, connections=connections, requests=500)
        print(f"after 500 to warm up: {memory_mb(pid):.0f} MB", flush=True)
        for tenth in range(1, 11):
            load = send_load(url, picture, connections=connections, requests=requests // 10)
            print(f"{tenth * requests // 10}: {memory_mb(pid):.1f} MB, {load.per_s:.0f}/s {load.statuses}", flush=True)


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


def _next(left: Iterator[int], lock: threading.Lock) -> bool:
    with lock:
        return next(left, None) is not None


def _own_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _below(pid: int) -> list[int]:
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [each for child in children for each in [child, *_below(child)]]


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serving", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="load of each setting")
    parser.add_argument("--rounds", type=int, default=3, help="of all settings, one after another")
    parser.add_argument("--connections", type=int, default=8, help="at once")
    parser.add_argument("--preload", action="store_true", help="memory with and without --preload, in place of speed")
    parser.add_argument("--requests", type=int, help="memory over so many requests, in place of speed")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began")
    if options.requests:
        measure_growth(options.requests, connections=options.connections)
    elif options.preload:
        measure_preload()
    else:
        measure_speed(seconds=options.seconds, connections=options.connections, rounds=options.rounds)


if __name__ == "__main__":
    main()
