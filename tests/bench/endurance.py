"""Whether gunicorn's memory grows for ever: many requests with pictures of many sizes, and the memory on the way.

`python -m tests.bench.endurance` prints the figures of docs/operations.md. Sizes matter, because a graph's
interpreter is kept for each of them; so the pictures have every pair of sides, in steps of 32, from 64 to 640 pixels.
"""

from __future__ import annotations

import argparse
import os
import random

import cv2
import numpy as np

from maskcore.imaging import encode_jpeg
from maskcore.preprocess import SIZE_MULTIPLE
from maskcore.samples import SAMPLES
from tests.bench.load import send_load
from tests.bench.serving import gunicorn, memory_mb

SHORTEST, LONGEST = 64, 640  # pixels
STEPS = 20
FIRST = 1000


def pictures_of_many_sizes() -> list[bytes]:
    """A sample with one face as a JPEG of each size, in an order that is the same every time."""
    image_bgr = cv2.imread(str(SAMPLES[0].path))
    sides = range(SHORTEST, LONGEST + 1, SIZE_MULTIPLE)
    sizes = [(width, height) for width in sides for height in sides]
    random.Random(1).shuffle(sizes)
    return [encode_jpeg(np.asarray(cv2.resize(image_bgr, size), np.uint8)) for size in sizes]


def measure(requests: int, *, connections: int, workers: int, threads: int) -> None:
    """Print the memory after FIRST requests, and after each of STEPS parts of all."""
    pictures = pictures_of_many_sizes()
    print(f"{len(pictures)} sizes, {workers} workers of {threads} threads, {connections} connections", flush=True)
    with gunicorn(workers=workers, threads=threads, inference=2) as (url, pid):
        done = 0
        for until in sorted({FIRST, *(step * requests // STEPS for step in range(1, STEPS + 1))}):
            load = send_load(url, pictures, connections=connections, requests=until - done)
            done = until
            told = f"{load.statuses}, {len(load.lost)} lost"
            print(f"{done}: {memory_mb(pid):.0f} MB, {load.per_s:.0f}/s, {told}", flush=True)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.endurance", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000, help="in all; default %(default)s")
    parser.add_argument("--connections", type=int, default=8, help="at once; default %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default %(default)s")
    parser.add_argument("--threads", type=int, default=16, help="of a worker; default %(default)s")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began")
    measure(options.requests, connections=options.connections, workers=options.workers, threads=options.threads)


if __name__ == "__main__":
    main()
