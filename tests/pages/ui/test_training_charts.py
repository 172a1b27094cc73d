"""Curves hold every figure that there is, from the first steps on."""

from pathlib import Path

import pytest

from pages.ui.training_charts import CHECKED, LEARNING, curve_frame
from pages.ui.training_words import best_figure, metrics_of
from tests.training.runs.made import make_run
from training.runs.estimate import Estimate, how_long


def test_a_run_without_figures_has_no_curve(tmp_path: Path) -> None:
    assert curve_frame(make_run(tmp_path), "loss").empty


def test_steps_come_before_the_first_epoch_is_done(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    folder.steps.write_text("epoch,loss\n0.5,2.0\n")

    assert curve_frame(folder, "loss").to_dict("list") == {"epoch": [0.5], "value": [2.0], "what": [LEARNING]}


def test_steps_of_which_nothing_is_written_yet_are_none(tmp_path: Path) -> None:
    """Such a file is seen for a moment by whoever looks, and stays where the disk was full."""
    folder = make_run(tmp_path)
    folder.steps.touch()

    assert curve_frame(folder, "loss").empty


def test_checks_stand_at_the_end_of_their_epoch_and_accuracy_in_percent(tmp_path: Path) -> None:
    frame = curve_frame(make_run(tmp_path, epochs_done=2), "accuracy")

    checked = frame[frame["what"] == CHECKED]
    assert checked["epoch"].tolist() == [1, 2]
    assert checked["value"].tolist() == pytest.approx([40, 50])


def test_a_run_from_before_steps_were_written_shows_its_epochs(tmp_path: Path) -> None:
    folder = make_run(tmp_path, epochs_done=2)
    folder.steps.unlink()

    assert (curve_frame(folder, "loss")["what"] == LEARNING).sum() == 2


def test_the_best_figure_is_that_of_the_best_epoch(tmp_path: Path) -> None:
    assert best_figure(metrics_of(make_run(tmp_path))) == ""
    assert best_figure(metrics_of(make_run(tmp_path, epochs_done=3))) == "60.0% right"


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 s"), (89, "89 s"), (600, "10 min"), (7500, "2 h 05 min")])
def test_a_time_is_told_as_people_do(seconds: float, words: str) -> None:
    assert how_long(seconds) == words


def test_an_estimate_counts_every_step_and_every_check() -> None:
    found = Estimate(step_s=0.5, check_s=3.0, steps=10, epochs=4)

    assert found.total_s == 32.0
    assert Estimate.from_json(found.to_json()) == found
