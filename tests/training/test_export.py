"""A graph is taken over only where it is what converting the network would give."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from maskcore.errors import ModelMismatchError
from maskcore.models import SHIPPED, load_manifest
from training import export
from training.export import MADE_OF, known_graph, origin_of
from training.publish import CHECKPOINTS
from training.runs.options import Kind

DETECTOR = CHECKPOINTS / "detector.keras"


def model(folder: Path, made_of: dict[str, str] | None) -> Path:
    """The model that ships, with other words on what it was made of; None: without a word."""
    shutil.copytree(SHIPPED, folder)
    card = json.loads((folder / "model.json").read_text())
    card["data"].pop(MADE_OF, None)
    card["data"] |= {} if made_of is None else {MADE_OF: made_of}
    (folder / "model.json").write_text(json.dumps(card))
    return folder


def test_the_graph_of_the_same_file_is_taken_over(tmp_path: Path) -> None:
    origins = {Kind.DETECTOR: origin_of(DETECTOR)}
    others = model(tmp_path / "silent", None), model(tmp_path / "other", {"detector": "1 ab"})
    same = model(tmp_path / "same", {"detector": origins[Kind.DETECTOR]})

    assert known_graph(Kind.DETECTOR, origins, others) is None
    assert known_graph(Kind.DETECTOR, origins, (*others, same)) == (same / "detector.tflite").read_bytes()


def test_a_graph_of_another_arrangement_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = model(tmp_path / "before", {"detector": origin_of(DETECTOR)})
    monkeypatch.setattr(export, "ARRANGEMENT", export.ARRANGEMENT + 1)

    assert known_graph(Kind.DETECTOR, {Kind.DETECTOR: origin_of(DETECTOR)}, [before]) is None


def test_a_graph_that_was_changed_since_is_refused(tmp_path: Path) -> None:
    origins = {Kind.DETECTOR: origin_of(DETECTOR)}
    changed = model(tmp_path / "changed", {"detector": origins[Kind.DETECTOR]})
    (changed / "detector.tflite").write_bytes(b"something else")

    with pytest.raises(ModelMismatchError, match="changed"):
        known_graph(Kind.DETECTOR, origins, [changed])


def test_the_model_that_ships_was_made_of_the_checkpoints() -> None:
    assert load_manifest(SHIPPED).data[MADE_OF] == {kind: origin_of(CHECKPOINTS / f"{kind}.keras") for kind in Kind}
