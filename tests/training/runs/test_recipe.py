"""The recipe's runs follow one another; asked again, what is trained is taken and what was stopped goes on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from training.data.table import make_table
from training.runs.folder import DataSource, RunFolder, list_runs
from training.runs.options import ClassifierRun, DetectorRun, Kind, check_options
from training.runs.recipe import RECIPE, Stage, follow

SHORT = (
    Stage(ClassifierRun(epochs=2)),
    Stage(DetectorRun(epochs=3)),
    Stage(DetectorRun(epochs=2, seed=1), goes_on=True),
)


@pytest.fixture
def table() -> pd.DataFrame:
    box = {"image": "a.png", "width": 90, "height": 90, "source": "made", "label": "mask"}
    return make_table([box | {"x1": 0, "y1": 0, "x2": 20, "y2": 20}], problems=[]).assign(split="train")


class Trainer:
    """Stands in for training: writes what a run of so many epochs leaves, and lists the runs."""

    def __init__(self, root: Path, table: pd.DataFrame):
        self.root, self.table, self.asked = root, table, []

    def train(self, run: RunFolder, *, epochs: int | None = None) -> None:
        self.asked.append(run.path.name)
        done = epochs or run.config()["config"]["epochs"]
        run.last.write_bytes(b"model")
        run.metrics.write_text("\n".join(["epoch,loss", *(f"{epoch},1" for epoch in range(done))]) + "\n")

    def follow(self, train=None) -> dict[Kind, RunFolder]:
        return follow(
            self.table, DataSource(self.root / "sets"), train=train or self.train, recipe=SHORT, root=self.root
        )


@pytest.fixture
def trainer(tmp_path, table) -> Trainer:
    return Trainer(tmp_path, table)


def test_a_stage_goes_on_from_the_averaged_weights_of_the_one_before(trainer):
    made = trainer.follow()
    first, second = (run for run in reversed(list_runs(trainer.root)) if "detector" in run.path.name)
    assert made[Kind.DETECTOR] == second and made[Kind.CLASSIFIER].config()["kind"] == "classifier"
    assert second.config()["config"]["start"] == str(first.average)
    assert first.config()["config"]["start"] == ""
    assert len(trainer.asked) == 3


def test_what_is_trained_is_not_trained_again(trainer):
    made = trainer.follow()
    trainer.asked.clear()
    assert trainer.follow() == made
    assert trainer.asked == []


def test_a_stage_that_was_stopped_goes_on_in_its_own_folder(trainer):
    def stopped(run: RunFolder) -> None:
        trainer.train(run, epochs=1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.follow(stopped)
    (begun,) = list_runs(trainer.root)
    trainer.asked.clear()
    made = trainer.follow()
    assert made[Kind.CLASSIFIER] == begun and trainer.asked[0] == begun.path.name
    assert len(list_runs(trainer.root)) == 3


def test_runs_on_other_data_are_not_taken(trainer):
    trainer.follow()
    trainer.table = trainer.table.assign(split="val")
    trainer.asked.clear()
    trainer.follow()
    assert len(trainer.asked) == 3 and len(list_runs(trainer.root)) == 6


def test_the_recipe_makes_both_models_with_options_that_are_right():
    assert {type(stage.run) for stage in RECIPE} == {ClassifierRun, DetectorRun}
    for before, stage in zip((None, *RECIPE), RECIPE, strict=False):
        check_options(stage.run)
        assert not stage.goes_on or type(before.run) is type(stage.run)
