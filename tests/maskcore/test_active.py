"""Which model answers is one small file: promoted, rolled back, and never half written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from maskcore import active
from maskcore.active import POINTER, can_point_back, forget_pointer, models_folder, point_back, point_to, pointed_folder
from maskcore.errors import ModelMismatchError, ModelMissingError
from maskcore.models import SHIPPED, load_manifest, load_model_card


@pytest.fixture(autouse=True)
def fresh_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))


def copy_model(name: str, model_id: str) -> Path:
    """The model that ships under another id."""
    folder = shutil.copytree(SHIPPED, models_folder() / name)
    card = folder / "model.json"
    card.write_text(card.read_text().replace(load_manifest(SHIPPED).id, model_id))
    return folder


def test_without_a_promotion_the_shipped_model_answers() -> None:
    assert pointed_folder() is None and not can_point_back()
    assert load_manifest() == load_manifest(SHIPPED)


def test_a_promoted_model_answers_where_nobody_names_one() -> None:
    folder = copy_model("mine", "mine-1")

    point_to("mine")

    assert pointed_folder() == folder
    assert load_manifest().id == load_model_card().info.id == "mine-1"
    assert load_manifest(SHIPPED).id != "mine-1"


def test_rolling_back_leads_to_the_model_before_and_at_last_to_the_shipped_one() -> None:
    first, second = copy_model("first", "mine-1"), copy_model("second", "mine-2")
    point_to("first")
    point_to("second")
    assert pointed_folder() == second

    point_back()
    assert pointed_folder() == first
    point_back()

    assert pointed_folder() is None and not can_point_back()


def test_going_back_to_the_shipped_model_can_be_undone() -> None:
    folder = copy_model("mine", "mine-1")
    point_to("mine")
    point_to(None)
    assert pointed_folder() is None

    point_back()

    assert pointed_folder() == folder


def test_a_model_that_is_not_there_is_refused() -> None:
    with pytest.raises(ModelMissingError, match="no-such"):
        point_to("no-such")

    assert pointed_folder() is None


def test_a_write_that_is_cut_short_leaves_the_old_model(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_model("mine", "mine-1")
    copy_model("other", "mine-2")
    point_to("mine")

    def dies(path: Path, content: bytes) -> None:
        path.with_name(path.name + ".part").write_bytes(content[:5])
        raise OSError("cut short")

    monkeypatch.setattr(active, "write_atomically", dies)
    with pytest.raises(OSError, match="cut short"):
        point_to("other")

    assert pointed_folder() == folder


@pytest.mark.parametrize("content", ['{"models": ["mi', "", "[]", '{"models": "mine"}', '{"models": [1]}'])
def test_a_pointer_that_cannot_be_read_is_told_in_words_and_has_a_way_out(content: str) -> None:
    copy_model("mine", "mine-1")
    point_to("mine")
    (models_folder() / POINTER).write_text(content)

    with pytest.raises(ModelMismatchError, match=r"Expected the names .*delete the file"):
        pointed_folder()
    forget_pointer()

    assert pointed_folder() is None and not can_point_back()
