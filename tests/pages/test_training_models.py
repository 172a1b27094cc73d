"""From a run to the model that answers, on the Training page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from maskcore.active import POINTER, models_folder, pointed_folder
from maskcore.errors import ModelMismatchError
from maskcore.jobs.owner import Owner
from maskcore.models import SHIPPED
from pages.ui import training_models
from tests.pages.conftest import RunPage, words
from tests.training.runs.made import DEAD, make_run, put
from training.publish import STAGES, work_of
from training.registry import COMPARISON
from training.runs.folder import RUNS_ROOT, RunFolder
from training.runs.standing import Standing, State, write_standing

FIGURES = {
    "new": {"face": 0.9, "mean": 0.8, "three": 0.95, "faces": 120, "photographs": 40},
    "old": {"face": 0.85, "mean": 0.82, "three": 0.94, "two": 0.97, "faces": 120, "photographs": 40},
    "old_id": "maskcore-before",
}


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs, and a data folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / RUNS_ROOT


@pytest.fixture
def run(runs: Path) -> RunFolder:
    return put(make_run(runs, epochs_done=4), State.DONE)


@pytest.fixture
def golden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model passes the golden check; the check itself is tested with the registry."""
    monkeypatch.setattr("training.registry.check_golden", lambda folder: None)


def publish(run: RunFolder) -> Path:
    """What training.publish leaves, without training."""
    folder = shutil.copytree(SHIPPED, models_folder() / run.path.name)
    (folder / COMPARISON).write_text(json.dumps(FIGURES))
    return folder


def work(run: RunFolder, state: State, **facts: Any) -> RunFolder:
    folder = work_of(run)
    folder.path.mkdir()
    owner = Owner(folder.path).name if state.held else ""
    write_standing(folder, Standing(**{"state": state, "owner": owner} | facts))
    return folder


def open_at(run_page: RunPage, run: RunFolder) -> AppTest:
    page = run_page("training.py")
    page.query_params["run"] = run.path.name
    page.run()
    assert not page.exception
    return page


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def test_a_finished_run_offers_to_make_a_model(
    run_page: RunPage, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RunFolder] = []
    monkeypatch.setattr(training_models, "start_publishing", asked.append)

    button(open_at(run_page, run), "Make a model of it").click().run()

    assert [each.path.name for each in asked] == [run.path.name]


def test_a_run_without_a_finished_epoch_offers_none(run_page: RunPage, runs: Path) -> None:
    page = open_at(run_page, put(make_run(runs), State.STOPPED))

    assert "Make a model of it" not in [each.label for each in page.button]


def test_while_it_is_made_the_page_says_so(run_page: RunPage, run: RunFolder) -> None:
    work(run, State.RUNNING, epochs=1, step=2, steps=len(STAGES))

    page = open_at(run_page, run)

    assert "You may close this page" in words(page)
    assert page.get("progress")[0].proto.text.startswith("Measures it · 3 of 4 · since ")


@pytest.mark.parametrize(
    ("state", "facts", "said"),
    [
        (State.FAILED, {"problem": "The disk is full."}, "The disk is full."),
        (State.RUNNING, {"owner": DEAD}, "Its process is gone"),
    ],
)
def test_what_went_wrong_is_told_and_it_can_be_made_again(
    run_page: RunPage, run: RunFolder, state: State, facts: dict[str, Any], said: str
) -> None:
    work(run, state, **facts)

    page = open_at(run_page, run)

    assert said in page.error[0].value and button(page, "Make a model of it")


def test_a_model_stands_beside_the_one_of_now(run_page: RunPage, run: RunFolder) -> None:
    publish(run)

    page = open_at(run_page, run)

    table = page.dataframe[0].value
    assert len(table) == 3, "a figure that only one of them has is left out"
    assert table["Difference"].tolist() == pytest.approx([5, -2, 1])
    assert "40 photographs and 120 faces" in words(page) and "maskcore-before" in words(page)


@pytest.mark.usefixtures("golden")
def test_promote_makes_it_active_and_says_that_no_restart_is_needed(run_page: RunPage, run: RunFolder) -> None:
    folder = publish(run)
    page = open_at(run_page, run)
    assert not page.warning

    button(page, "Promote").click().run()

    assert pointed_folder() == folder
    assert any("active model" in each.value for each in page.success)
    assert any("without a restart" in each.value for each in page.success) and not page.warning


def test_a_model_that_fails_its_check_is_refused_in_words(
    run_page: RunPage, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(run)

    def refuse(folder: Path) -> None:
        raise ModelMismatchError("Expected one face, mask.")

    monkeypatch.setattr("training.registry.check_golden", refuse)
    page = open_at(run_page, run)
    button(page, "Promote").click().run()

    assert "Expected one face" in page.error[0].value and pointed_folder() is None


@pytest.mark.usefixtures("golden")
def test_roll_back_leads_to_the_model_before(run_page: RunPage, run: RunFolder) -> None:
    publish(run)
    button(open_at(run_page, run), "Promote").click().run()
    page = run_page("training.py")
    models = next(each.value for each in page.dataframe if "Active" in each.value)
    assert models["Active"].tolist() == ["✓", ""]

    button(page, "Roll back to the model before").click().run()

    assert pointed_folder() is None


def test_a_broken_pointer_is_told_and_mended_by_a_button(run_page: RunPage, run: RunFolder) -> None:
    publish(run)
    (models_folder() / POINTER).write_text('{"models": [')
    page = open_at(run_page, run)
    assert "Expected the names of models" in page.error[0].value

    button(page, "Answer with the model that ships").click().run()

    assert pointed_folder() is None and not page.error and button(page, "Promote")


@pytest.mark.usefixtures("golden")
def test_a_model_that_the_operator_named_answers_whatever_is_active(
    run_page: RunPage, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_MODEL_DIR", str(SHIPPED))
    publish(run)
    page = open_at(run_page, run)

    button(page, "Promote").click().run()

    assert "MASKCORE_MODEL_DIR" in page.warning[0].value
