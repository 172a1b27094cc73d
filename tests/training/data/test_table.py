"""The one table: boxes inside their pictures, nothing lost silently, a fingerprint of what it holds."""

import numpy as np
import pandas as pd
import pytest

from tests.training.data.drawn import boxes, said
from training.data.table import fingerprint, make_table

PICTURE = {"image": "/here/1.png", "source": "made", "width": 100, "height": 80}


def face(x1, y1, x2, y2, **over):
    box = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return PICTURE | box | {"label": "mask", "source_label": "with_mask"} | over


@pytest.mark.parametrize(
    ("given", "made", "problem"),
    [
        ((10, 20, 30, 40), [10, 20, 30, 40], ""),
        ((30, 20, 10, 40), [10, 20, 30, 40], "swapped"),
        ((-5, 20, 30, 95), [0, 20, 30, 80], "sticks out"),
        ((-0.4, 20, 30, 80.3), [0, 20, 30, 80], ""),
    ],
    ids=["good", "swapped corners", "outside", "outside by rounding"],
)
def test_boxes_are_mended_and_what_was_mended_is_told(given, made, problem):
    problems = []
    table = make_table([face(*given)], problems=problems)
    assert boxes(table) == [made]
    assert len(problems) == bool(problem)
    assert problem in said(problems)


@pytest.mark.parametrize(
    "bad",
    [(30, 20, 30, 40), (120, 20, 150, 40), (10, 20, np.nan, 40), (np.nan,) * 4, (10, 20, np.inf, 40)],
    ids=["no width", "beside the picture", "one corner missing", "no corners", "infinite"],
)
def test_a_face_without_a_good_box_is_dropped_and_told(bad):
    problems = []
    table = make_table([face(*bad), face(10, 20, 30, 40)], problems=problems)
    assert boxes(table) == [[10, 20, 30, 40]]
    assert [problem.item for problem in problems] == ["1.png"]
    assert problems[0].done == "dropped"


def test_a_picture_whose_every_box_is_bad_does_not_pass_for_one_without_faces():
    problems = []
    table = make_table([face(5, 5, 5, 5)], problems=problems)
    assert table.empty
    assert "picture left out" in said(problems)


def test_a_picture_without_faces_keeps_one_row():
    problems = []
    table = make_table([PICTURE], problems=problems)
    assert len(table) == 1
    assert table[["x1", "label", "source_label", "split"]].isna().all(axis=None)
    assert not table["covered"].item()
    assert problems == []


def test_a_picture_without_size_is_a_mistake_of_the_reader():
    with pytest.raises(ValueError, match="width and height"):
        make_table([face(1, 1, 9, 9, width=None)], problems=[])


TABLE = make_table([face(10, 20, 30, 40), face(50, 20, 70, 40), PICTURE | {"image": "/here/2.png"}], problems=[])


def test_the_fingerprint_does_not_depend_on_order_or_place():
    moved = TABLE.assign(image=TABLE["image"].str.replace("/here", "/there"))
    assert fingerprint(moved.iloc[::-1]) == fingerprint(TABLE)


@pytest.mark.parametrize(
    ("column", "value"),
    [("x1", 11.0), ("label", "no_mask"), ("label", None), ("split", "test"), ("image", "/here/3.png"), ("source", "b")],
    ids=["box", "label", "no label", "split", "picture", "set"],
)
def test_the_fingerprint_changes_with_what_is_learned(column, value):
    other = TABLE.copy()
    other.at[0, column] = value
    assert fingerprint(other) != fingerprint(TABLE)


def test_the_fingerprint_survives_a_file(tmp_path):
    TABLE.to_parquet(tmp_path / "table.parquet")
    assert fingerprint(pd.read_parquet(tmp_path / "table.parquet")) == fingerprint(TABLE)


def test_a_known_table_keeps_its_fingerprint_between_versions():
    """Runs are continued, and models compared, by fingerprints that were written down long ago."""
    known = make_table([face(10, 20, 30.25, 40, split="train")], problems=[])
    assert fingerprint(known) == "0356286cbab3"
