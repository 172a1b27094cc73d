"""How fast gunicorn serves, by workers, threads and threads of one inference, and how much memory it takes.

`python -m tests.bench.serving` prints the table of docs/operations.md.
The load comes from this process over the loopback: it takes a share of the same cores, in every row alike.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from maskcore.imaging import encode_jpeg
from maskcore.samples import SAMPLES
from tests.bench.load import send_load
from tests.browser.servers import free_port, start_server

# workers, threads of each, threads of one inference
SETTINGS = [(1, 1, 2), (1, 4, 1), (1, 4, 2), (2, 4, 1), (2, 4, 2), (2, 8, 1), (2, 8, 2), (3, 4, 1)]


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
    pictures = [sample_picture()]
    best: dict[tuple[int, int, int], tuple[float, str]] = {}
    for _, setting in product(range(rounds), SETTINGS):
        workers, threads, inference = setting
        with gunicorn(workers=workers, threads=threads, inference=inference) as (url, pid):
            send_load(url, pictures, connections=connections, seconds=1)  # every thread has its interpreter
            load = send_load(url, pictures, connections=connections, seconds=seconds)
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
    pictures = [sample_picture()]
    for workers, preload in product((1, 2, 4), (False, True)):
        with gunicorn(workers=workers, threads=4, preload=preload) as (url, pid):
            send_load(url, pictures, connections=8, requests=100)
            print(f"{workers} workers, preload {preload}: {memory_mb(pid):.0f} MB", flush=True)


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
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began")
    if options.preload:
        measure_preload()
    else:
        measure_speed(seconds=options.seconds, connections=options.connections, rounds=options.rounds)


if __name__ == "__main__":
    main()
