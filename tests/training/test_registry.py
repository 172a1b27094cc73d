"""The registry lists what can answer, and promotes nothing that fails on the sample portraits."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

from maskcore.active import models_folder, pointed_folder
from maskcore.errors import ModelMismatchError, ModelMissingError
from maskcore.models import SHIPPED
from training.registry import COMPARISON, list_models, promote, read_comparison, short_figures


@pytest.fixture(autouse=True)
def fresh_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))


@pytest.fixture
def copy() -> Path:
    """A good model: the one that ships, under a name of its own."""
    return shutil.copytree(SHIPPED, models_folder() / "copy")


def test_the_shipped_model_is_listed_and_active_from_the_start() -> None:
    (only,) = list_models()

    assert only.folder == SHIPPED and only.active


def test_a_good_model_is_promoted(copy: Path) -> None:
    promote(copy)

    assert pointed_folder() == copy
    assert [each.active for each in list_models()] == [True, False]


def test_promoting_the_shipped_model_leads_back_to_it(copy: Path) -> None:
    promote(copy)
    promote(SHIPPED)

    assert pointed_folder() is None


def test_a_model_that_is_wrong_on_a_portrait_is_not_promoted(copy: Path) -> None:
    card = json.loads((copy / "model.json").read_text())
    labels = card["labels"]
    (copy / "model.json").write_text(json.dumps(card | {"labels": labels[::-1]}))

    with pytest.raises(ModelMismatchError, match="sample portrait"):
        promote(copy)

    assert pointed_folder() is None


def test_a_model_with_a_changed_graph_is_not_promoted(copy: Path) -> None:
    (copy / "classifier.tflite").write_bytes(b"something else")

    with pytest.raises(ModelMismatchError):
        promote(copy)


def test_half_a_model_is_neither_listed_nor_promoted(copy: Path) -> None:
    (copy / "model.json").unlink()

    assert [each.folder for each in list_models()] == [SHIPPED]
    with pytest.raises(ModelMissingError):
        promote(copy)


def test_a_model_that_is_still_being_made_is_not_listed(copy: Path) -> None:
    copy.rename(copy.with_name(".copy"))

    assert [each.folder for each in list_models()] == [SHIPPED]


def test_short_figures_weigh_labels_by_faces_and_leave_out_what_was_not_measured() -> None:
    found = short_figures(
        {
            "detection": {"a": {"face": 0.8, "mean": float("nan"), "photographs": 5}},
            "given": {"a": {"faces": 1, "three": 1.0, "two": 1.0}, "b": {"faces": 3, "three": 0.6, "two": 0.8}},
        }
    )

    assert found == pytest.approx({"face": 0.8, "three": 0.7, "two": 0.85, "faces": 4, "photographs": 5})


def test_a_set_without_faces_takes_no_figure_from_the_others() -> None:
    face, empty = {"face": 0.8, "mean": 0.6, "photographs": 5}, {"face": math.nan, "mean": math.nan, "photographs": 2}

    found = short_figures({"detection": {"a": face, "b": empty}, "given": {}})

    assert found == {"face": 0.8, "mean": 0.6, "faces": 0, "photographs": 7}


def test_a_comparison_is_read_where_there_is_one(tmp_path: Path) -> None:
    assert read_comparison(tmp_path) is None

    (tmp_path / COMPARISON).write_text('{"old_id": "x"}')

    assert read_comparison(tmp_path) == {"old_id": "x"}
