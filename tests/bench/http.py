"""How fast answers come over HTTP, beside the pipeline alone and the design that this product began with.

`python -m tests.bench.http` prints the figures of docs/operations.md: all of them by turns in one run, since a shared
machine changes its pace from minute to minute. The load comes from this process over the loopback and takes a share of
the same cores.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from api import gunicorn_conf
from maskcore import MaskDetector
from maskcore.imaging import decode_image, encode_jpeg
from maskcore.settings import Settings
from tests.bench.load import PATH, Load, send_load
from tests.bench.scene import FACES, FRAME_WH, crowd
from tests.bench.serving import gunicorn
from tests.browser.servers import free_port, start_server

CONNECTIONS = (1, 4, 16)
COMPARED = 4  # connections at which the API is set beside the others
ORIGINAL = f"original design, {COMPARED} connections"
BARE = {  # name: processes, threads of one inference
    "pipeline alone, one process of 2 threads": (1, 2),
    "pipeline alone, two processes of 1 thread": (2, 1),
}
WARM_UP = 10  # pictures


def measure(*, rounds: int, seconds: float) -> None:
    """Print requests or pictures a second of everybody, what share of the pipeline's the API has, and its stages."""
    picture = encode_jpeg(crowd(FACES))
    speeds: dict[str, list[float]] = {}
    loads: dict[str, list[Load]] = {}
    with _original() as original, _shipped() as shipped:
        send_load(shipped, [picture], connections=max(CONNECTIONS), seconds=2)  # every thread has its interpreter
        before = _seconds_of_stages(shipped)
        for _ in range(rounds):
            for name, (processes, threads) in BARE.items():
                speeds.setdefault(name, []).append(_bare_per_s(picture, processes, threads, seconds))
            for count in CONNECTIONS:
                _add(loads, _served(count), send_load(shipped, [picture], connections=count, seconds=seconds))
            _add(loads, ORIGINAL, send_load(original, [picture], connections=COMPARED, seconds=seconds))
        stages = {name: spent - before.get(name, 0) for name, spent in _seconds_of_stages(shipped).items()}
    print(f"a JPEG of {FRAME_WH[0]}x{FRAME_WH[1]} with {FACES} faces; median of {rounds} rounds of {seconds:g} s each")
    print("| | a second | p50 ms | p95 ms | p99 ms | put off |\n|---|---|---|---|---|---|")
    for name, each in speeds.items():
        print(f"| {name} | {median(each):.0f} | | | | |")
    for name, each_load in loads.items():
        speeds[name] = [load.statuses[200] / load.took_s for load in each_load]
        times = [median(load.share_ms(percent) for load in each_load) for percent in (50, 95, 99)]
        put_off = sum(load.statuses.get(503, 0) for load in each_load) / sum(len(load.times_s) for load in each_load)
        print(f"| {name} | {median(speeds[name]):.0f} | {' | '.join(f'{ms:.0f}' for ms in times)} | {put_off:.1%} |")
    for name in (*BARE, ORIGINAL):
        ratios = sorted(ours / other for ours, other in zip(speeds[_served(COMPARED)], speeds[name], strict=True))
        print(f"{_served(COMPARED)} / {name}: {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
    whole = stages.pop("whole")
    told = ", ".join(f"{name} {spent / whole:.0%}" for name, spent in stages.items())
    print(f"share of a request's time: {told}, all else {1 - sum(stages.values()) / whole:.0%}")


def _served(connections: int) -> str:
    return f"API, {connections} connection{'s' * (connections > 1)}"


def _add(loads: dict[str, list[Load]], name: str, load: Load) -> None:
    assert load.statuses.keys() <= {200, 503} and not load.lost, (name, load.statuses, load.lost[:3])
    loads.setdefault(name, []).append(load)


@contextmanager
def _shipped() -> Iterator[str]:
    workers, threads = gunicorn_conf.workers, gunicorn_conf.threads
    with gunicorn(workers=workers, threads=threads, inference=Settings().threads) as (url, _):
        yield url


@contextmanager
def _original() -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.original_server", str(port)]
        with start_server(command, url, log=Path(folder, "log")):
            yield url


def _seconds_of_stages(url: str) -> Mapping[str, float]:
    """What all workers have spent since their start, by stage, and on whole requests."""
    with urlopen(f"{url}/metrics") as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    samples = [sample for family in families for sample in family.samples if sample.name.endswith("_seconds_sum")]
    spent = {each.labels["stage"]: each.value for each in samples if "stage" in each.labels}
    return spent | {"whole": sum(each.value for each in samples if each.labels.get("route") == PATH)}


def _bare_per_s(picture: bytes, processes: int, threads: int, seconds: float) -> float:
    """Pictures a second that processes decode and see, each one after another, without HTTP."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        return sum(pool.starmap(_see_for, [(picture, threads, seconds)] * processes, chunksize=1))


def _see_for(picture: bytes, threads: int, seconds: float) -> float:
    settings = Settings(threads=threads)
    detector = MaskDetector(settings=settings)

    def see() -> None:
        limits = {"max_mb": settings.max_image_mb, "max_megapixels": settings.max_megapixels}
        detector.detect(decode_image(picture, **limits))

    for _ in range(WARM_UP):
        see()
    began_s, done = perf_counter(), 0
    while perf_counter() - began_s < seconds:
        see()
        done += 1
    return done / (perf_counter() - began_s)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of everybody by turns; default %(default)s")
    parser.add_argument("--seconds", type=float, default=4, help="of each; default %(default)s")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began")
    measure(rounds=options.rounds, seconds=options.seconds)


if __name__ == "__main__":
    main()
