"""`python -m training train` goes on where it was stopped, says how, and tells wrong options before anything heavy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import ANY

import pytest
from typer.testing import CliRunner, Result

from maskcore.terminal import INTERRUPTED
from tests.training.data.drawn import write_folders
from tests.training.runs.made import make_run
from training.cli import app, models, runs
from training.data import fingerprint, load_sources
from training.runs import training
from training.runs.folder import list_runs
from training.runs.recipe import RECIPE


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two sets, and a working folder of its own, where runs and the cache go."""
    monkeypatch.chdir(tmp_path)
    for name, first in (("ward", 0), ("hall", 100)):
        scenes = {"with_mask": range(first, first + 20), "without_mask": range(first + 20, first + 40)}
        write_folders(tmp_path / "sets" / name, scenes)
    return tmp_path / "sets"


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Stands in for the training itself and for loading Keras; lists the data that a run was trained on."""
    seen: list[Any] = []
    monkeypatch.setattr(runs, "load_keras", lambda: None)
    monkeypatch.setattr(runs, "_is_chief", lambda: True)
    monkeypatch.setattr(training, "train_run", lambda folder, load: seen.append(fingerprint(load())))
    return seen


def train(*asked: object) -> Result:
    return CliRunner().invoke(app, ["train", "classifier", *map(str, asked)])


def test_a_run_goes_on_with_the_data_that_it_was_started_on(sets, trained):
    first = train("--data", sets, "--only", "ward")
    run = first.stdout.split()[-1]
    assert first.exit_code == 0 and f"python -m training publish {run}" in first.stderr
    assert train("--run", run).exit_code == 0
    assert trained == [fingerprint(load_sources(sets, ["ward"]).table)] * 2


def test_data_that_is_named_counts_more_than_that_of_the_run(sets, trained):
    run = train("--data", sets, "--only", "ward").stdout.split()[-1]
    assert train("--run", run, "--data", sets).exit_code == 0
    assert trained[1] == fingerprint(load_sources(sets).table) != trained[0]


@pytest.mark.parametrize(("epochs", "told"), [(0, "no epoch was finished"), (2, "2 epochs are saved")])
def test_ctrl_c_says_what_is_saved_and_how_to_go_on(tmp_path, trained, monkeypatch, epochs, told):
    def interrupted(folder: object, load: Callable[[], Any]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train_run", interrupted)
    run = make_run(tmp_path, epochs_done=epochs).path
    said = train("--run", run)
    assert said.exit_code == INTERRUPTED
    assert told in said.stderr and f"python -m training train classifier --run {run}" in said.stderr


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--set", "lr=1"], "NAME one of preset, epochs"),
        (["--set", "epochs=many"], "Expected a int for epochs"),
        (["--data", "nowhere"], "nowhere is none"),
    ],
)
def test_what_is_wrong_is_told_before_keras_is_loaded(sets, monkeypatch, asked, told):
    monkeypatch.setattr(runs, "load_keras", lambda: pytest.fail("Keras was loaded first"))
    said = train(*asked)
    assert told in str(said.exception)


def test_the_recipe_trains_its_stages_and_writes_a_model_of_the_last(sets, trained, monkeypatch, tmp_path):
    exported: list[dict[str, Any]] = []
    monkeypatch.setattr(models, "load_keras", lambda: None)
    monkeypatch.setitem(sys.modules, "training.export", SimpleNamespace(export_models=lambda **of: exported.append(of)))
    said = CliRunner().invoke(app, ["recipe", "--data", str(sets), "--to", "made"])
    assert said.exit_code == 0 and said.stdout.split()[-1] == "made"
    assert trained == [fingerprint(load_sources(sets).table)] * len(RECIPE)
    (asked,) = exported
    last = next(run for run in list_runs() if run.config()["config"] == asdict(RECIPE[-1].run) | {"start": ANY})
    assert asked["detector"] == last.average
    assert asked["to"] == asked["checkpoints"] == Path("made")
