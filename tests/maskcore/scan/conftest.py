"""Files to scan, and the scan in a process of its own, as people run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from maskcore.imaging import encode_jpeg
from maskcore.samples import SAMPLES
from tests.factories import make_picture
from tests.maskcore.video.made import make_film


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two samples with a face, pictures without, a damaged one, a film, and what no scan takes."""
    place = tmp_path / "in"
    (place / "deep" / ".hidden").mkdir(parents=True)
    for sample in SAMPLES[:2]:
        (place / sample.path.name).write_bytes(sample.path.read_bytes())
    for name in ("deep/a.jpg", "deep/b.JPG", "deep/.hidden/c.jpg", ".d.jpg"):
        (place / name).write_bytes(encode_jpeg(make_picture()))
    (place / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    (place / "notes.txt").write_text("no picture")
    make_film(place / "film.mp4", times_s=[number / 2 for number in range(7)])
    return place


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    """Begin a scan; its own group of processes, so that a test can see who is left."""
    return subprocess.Popen(
        [sys.executable, "-m", "maskcore", "scan", *map(str, arguments)],
        cwd=Path(__file__).parents[3],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )


def scan(*arguments: str | Path, **environment: str) -> tuple[int, str]:
    """Exit status and standard error of a whole scan."""
    with start(*arguments, **environment) as process:
        _, told = process.communicate(timeout=240)
    return process.returncode, told


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
