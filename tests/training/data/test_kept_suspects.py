"""A look for suspects is kept for as long as it speaks of the pictures and labels that are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from maskcore.types import Label
from tests.training.data.drawn import draw_scene, save, write_voc
from training.data import read
from training.data.kept_suspects import keep_look, kept_look, state_of_edits
from training.data.notes import Edit
from training.data.suspects import Suspects
from training.data.table import DataSet

LEFT = (10.0, 20.0, 40.0, 60.0)
EDITS = (Edit("images/a.png", LEFT, Label.MASK),)


@pytest.fixture
def drawn(tmp_path: Path) -> DataSet:
    return read(write_voc(tmp_path / "drawn", {name: [("with_mask", LEFT)] for name in "abc"}))


@pytest.fixture
def path(drawn: DataSet, tmp_path: Path) -> Path:
    """A look at the set that found one suspect, and could not judge masks worn wrong."""
    faces = drawn.table.head(1).assign(suggested="no_mask", confidence=0.97, sure=True)
    keep_look(Suspects(faces, 3, (Label.INCORRECT,)), tmp_path / "kept.parquet", table=drawn.table, edits=EDITS)
    return tmp_path / "kept.parquet"


def test_a_look_comes_back_as_it_was_kept(drawn: DataSet, path: Path) -> None:
    look = kept_look(path, table=drawn.table)

    assert look is not None and look.found.looked_at == 3 and look.found.too_rare == (Label.INCORRECT,)
    wanted = drawn.table.head(1).assign(suggested="no_mask", confidence=0.97, sure=True)
    pd.testing.assert_frame_equal(look.found.faces, wanted, check_dtype=False)
    assert look.found.faces["source_label"].tolist() == ["with_mask"] and datetime.now(UTC) - look.at < timedelta(
        hours=1
    )


def test_corrections_since_then_are_told(drawn: DataSet, path: Path) -> None:
    look = kept_look(path, table=drawn.table)

    assert look is not None and look.edits == state_of_edits(EDITS)
    assert look.edits != state_of_edits(()) and look.edits != state_of_edits((*EDITS, Edit("images/b.png")))


def test_a_look_at_other_labels_is_not_shown(drawn: DataSet, path: Path) -> None:
    assert kept_look(path, table=drawn.table.assign(label="no_mask")) is None
    assert kept_look(path, table=drawn.table.head(2)) is None


def test_a_look_at_another_picture_of_the_same_name_is_not_shown(drawn: DataSet, path: Path) -> None:
    save(draw_scene(77), Path(drawn.table["image"].iloc[2]))

    assert kept_look(path, table=drawn.table) is None


def test_without_a_look_there_is_none(drawn: DataSet, tmp_path: Path) -> None:
    assert kept_look(tmp_path / "nothing.parquet", table=drawn.table) is None
