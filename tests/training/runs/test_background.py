"""A real training in the background: killed in the middle, it goes on from its last checkpoint."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.training.data.drawn import write_folders
from training.data import fingerprint, load_sources
from training.runs.estimate import ask_estimate
from training.runs.folder import DataSource, RunFolder, create_run
from training.runs.options import ClassifierRun, Kind
from training.runs.queue import queue_run
from training.runs.standing import Standing, State, read_standing

pytestmark = pytest.mark.slow

PATIENCE_S = 300  # two imports of TensorFlow on a busy machine
RUN = replace(ClassifierRun.of("seed"), epochs=3, steps=15, batch=4)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> DataSource:
    root = tmp_path_factory.mktemp("sets")
    write_folders(root / "drawn", {"with_mask": list(range(30)), "without_mask": list(range(30, 60))})
    return DataSource(root, ["drawn"])


def wait(folder: RunFolder, until: Callable[[Standing], bool]) -> Standing:
    ends_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends_s:
        told = read_standing(folder)
        if until(told):
            return told
        time.sleep(0.05)
    raise AssertionError(f"Still {read_standing(folder)}; {folder.output.read_text()[-2000:]}")


def test_a_killed_run_goes_on_from_its_last_checkpoint(source: DataSource, tmp_path: Path) -> None:
    table = load_sources(source.root, source.only, cache=tmp_path / "cache").table
    folder = create_run(
        RUN, kind=Kind.CLASSIFIER, fingerprint=fingerprint(table), source=source, root=tmp_path / "runs"
    )
    queue_run(folder)
    told = wait(folder, lambda told: told.epoch >= 1 or not told.state.active)
    assert told.state is State.RUNNING, told.problem

    os.kill(told.pid, signal.SIGKILL)

    told = wait(folder, lambda told: not told.state.active)
    assert told.state is State.INTERRUPTED
    done = folder.epochs_done()
    assert 1 <= done < RUN.epochs

    queue_run(folder)
    told = wait(folder, lambda told: not told.state.active)
    assert told.state is State.DONE, told.problem
    assert pd.read_csv(folder.metrics)["epoch"].tolist() == [0, 1, 2], "no epoch was trained twice"
    assert folder.report.exists()


def test_the_time_is_measured_with_the_runs_own_options(source: DataSource) -> None:
    found = ask_estimate(Kind.CLASSIFIER, RUN, source)

    assert (found.steps, found.epochs) == (RUN.steps, RUN.epochs)
    assert 0 < found.step_s < found.total_s
