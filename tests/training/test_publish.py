"""A model is made of a run beside the active one, and never over it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from maskcore.active import models_folder, point_to
from maskcore.models import SHIPPED
from tests.training.runs.made import make_run
from training import publish
from training.errors import RunError
from training.publish import make_model, start_publishing, work_of
from training.runs.folder import RunFolder
from training.runs.standing import State, read_standing


@pytest.fixture(autouse=True)
def fresh_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path / "runs", epochs_done=1)


def test_the_active_model_is_never_written_to(run: RunFolder) -> None:
    shutil.copytree(SHIPPED, models_folder() / run.path.name)
    point_to(run.path.name)

    with pytest.raises(RunError, match="active one"):
        make_model(run, lambda: pytest.fail("it began"))

    assert "active one" in read_standing(work_of(run)).problem


@pytest.mark.parametrize("active", ["ours", None])
def test_graphs_that_answer_now_and_that_ship_are_not_made_again(
    run: RunFolder, active: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if active:
        shutil.copytree(SHIPPED, models_folder() / active)
        point_to(active)

    def stop(**asked: Any) -> None:
        raise RunError(str([folder.name for folder in asked["take_from"]]))

    monkeypatch.setattr("training.export.export_models", stop)
    with pytest.raises(RunError) as stopped:
        make_model(run, lambda: None)

    assert str(stopped.value) == str([active or SHIPPED.name, SHIPPED.name])


def test_a_process_that_dies_at_once_is_spoken_for(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def dies(command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", "raise SystemExit(3)"], **how)

    monkeypatch.setattr(publish.subprocess, "Popen", dies)
    start_publishing(run)

    until_s = time.monotonic() + 60
    while read_standing(work_of(run)).state.active and time.monotonic() < until_s:
        time.sleep(0.05)
    told = read_standing(work_of(run))
    assert told.state is State.FAILED and "status 3" in told.problem
