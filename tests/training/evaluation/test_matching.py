"""A known face is found once, by the surest box on it."""

import pandas as pd

from training.evaluation.matching import NOTHING, match

TRUTH = pd.DataFrame(
    [["a", 10, 10, 50, 50], ["a", 100, 10, 140, 50], ["b", None, None, None, None]],
    columns=["image", "x1", "y1", "x2", "y2"],
).astype({name: float for name in ("x1", "y1", "x2", "y2")})


def found(*rows):
    return pd.DataFrame(rows, columns=["image", "x1", "y1", "x2", "y2", "score"])


def test_each_face_is_given_to_the_surest_box_on_it():
    boxes = found(["a", 10, 10, 50, 50, 0.5], ["a", 11, 10, 50, 50, 0.9], ["a", 101, 10, 140, 50, 0.3])
    assert match(TRUTH, boxes).tolist() == [NOTHING, 0, 1]


def test_boxes_in_other_photographs_or_elsewhere_match_nothing():
    boxes = found(["b", 10, 10, 50, 50, 0.9], ["c", 10, 10, 50, 50, 0.9], ["a", 300, 300, 340, 340, 0.9])
    assert match(TRUTH, boxes).tolist() == [NOTHING] * 3


def test_the_overlap_that_is_asked_for_counts():
    boxes = found(["a", 10, 10, 50, 30, 0.9])
    assert match(TRUTH, boxes, min_iou=0.4).tolist() == [0]
    assert match(TRUTH, boxes, min_iou=0.6).tolist() == [NOTHING]
