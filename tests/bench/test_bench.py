"""The benchmark runs and says what it must; how fast it is on a busy machine is no test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.bench.measure import ROOT
from tests.bench.report import NO_PEER, table
from tests.bench.scene import FRAME_WH, crowd


@pytest.mark.parametrize("faces", [1, 5, 50])
def test_a_crowd_fills_one_frame_with_as_many_heads(faces: int) -> None:
    frame_bgr = crowd(faces)
    assert frame_bgr.shape == (FRAME_WH[1], FRAME_WH[0], 3)
    assert not np.array_equal(frame_bgr, crowd(faces + 1))


@pytest.mark.slow
def test_without_the_peer_everything_else_is_measured(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench", "--rounds", "2", "--json", "--peers", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    assert figures["times_the_peer"] is None and "peer" not in figures["modes"]
    for mode in ("fast, 5 faces", "full, 5 faces"):
        assert figures["modes"][mode]["ms"].keys() == {"prepare", "detect", "classify", "total"}
        assert figures["modes"][mode]["peak_memory_mb"] > 10
        assert figures["modes"][mode]["arithmetic_ms"] > 0
    assert min(figures["times_the_original"].values()) > 1
    assert NO_PEER in table(figures)


@pytest.mark.slow
def test_the_api_is_set_beside_the_pipeline_alone_and_the_original_design() -> None:
    command = [sys.executable, "-m", "tests.bench.http", "--rounds", "1", "--seconds", "1"]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = {cells[1].strip(): cells[2:] for line in lines if (cells := line.split("|"))[0] == "" and len(cells) > 2}
    for connections in ("1 connection", "4 connections", "16 connections"):
        assert float(rows[f"API, {connections}"][0]) > 0
    assert "detect" in lines[-1] and "all else" in lines[-1]
