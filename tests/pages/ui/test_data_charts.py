"""Charts count every face once, stack labels in one order, and put cells where faces lie."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pages.ui.data_charts import COLORS, LOOKS, NO_LABEL, bins_frame, edges_of, map_frame
from pages.ui.data_statistics import Filter, groups_frame

EDGES = np.array([0.0, 10.0, 20.0, 30.0])


def test_every_value_is_counted_once_and_what_lies_outside_at_the_rim() -> None:
    frame = bins_frame([-5, 0, 9.9, 10, 30, 99, np.nan], ["mask"] * 7, EDGES)
    assert dict(zip(frame["low"], frame["count"], strict=True)) == {0: 3, 10: 1, 20: 2}


def test_labels_are_stacked_without_gaps_in_one_order() -> None:
    frame = bins_frame([1, 2, 3, 4], ["no_mask", "mask", None, "mask"], EDGES)
    assert frame["look"].tolist() == [LOOKS["mask"], LOOKS["no_mask"], NO_LABEL]
    assert frame["bottom"].tolist() == [0, 2, 3] and frame["top"].tolist() == [2, 3, 4]
    assert set(frame["look"]) <= COLORS.keys()


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[], [5.0], [5.0, 5.0], [0.0, 0.0], [1.0, 100.0], [np.nan]])
def test_edges_rise_whatever_the_values(values: list[float], log: bool) -> None:
    edges = edges_of(pd.Series(values, dtype=float), log=log)
    assert (np.diff(edges) > 0).all()


def test_a_face_lies_in_the_cell_of_its_middle() -> None:
    frame = map_frame(pd.DataFrame({"x": [0.99, 0.99, 0.0], "y": [0.01, 0.01, 1.0]}))
    corner = frame.sort_values("count").iloc[-1]
    assert corner["count"] == 2 and corner["right"] == 1 and corner["top"] == 0
    assert frame["count"].sum() == 3


FACES = pd.DataFrame(
    {
        "image": ["a", "a", "b"],
        "source": "zoo",
        "label": ["mask", "no_mask", "mask"],
        "source_label": ["with_mask", "bare", None],
        "split": ["train", "train", None],
        "side": [10.0, 100.0, 40.0],
        "x1": 0.0,
        "brightness": [100.0, 50.0, np.nan],
        "sharpness": [1.0, 2.0, np.nan],
    }
)
PICTURES = pd.DataFrame({"image": ["a", "b", "c"], "split": ["train", None, "test"]})


@pytest.mark.parametrize(
    ("chosen", "faces", "pictures"),
    [
        (Filter(), 3, 3),
        (Filter(labels=("mask",)), 2, 2),
        (Filter(names=("bare",)), 1, 1),
        (Filter(parts=("train",)), 2, 1),
        (Filter(parts=("no part",)), 1, 1),
        (Filter(parts=("test",)), 0, 1),
        (Filter(least_px=32, most_px=64), 1, 1),
    ],
    ids=["all", "label", "name", "part", "no part", "part without faces", "size"],
)
def test_a_filter_counts_faces_and_the_pictures_that_show_them(chosen: Filter, faces: int, pictures: int) -> None:
    found = chosen.faces(FACES)
    assert len(found) == faces
    assert len(chosen.pictures(PICTURES, found)) == pictures


def test_the_table_has_a_row_for_each_name_and_part_and_forgets_no_face() -> None:
    frame = groups_frame(FACES)
    assert frame["Faces"].sum() == len(FACES)
    assert set(frame["Part"]) == {"train", "no part"} and "added here" in set(frame["Name in the set"])
