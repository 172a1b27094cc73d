"""Average precision is 1 for a perfect detector and falls with each kind of mistake."""

import numpy as np
import pandas as pd
import pytest

from training.evaluation.detections import ranking, two_classes
from training.evaluation.precision import average_precision


def faces(rows, extra=()):
    return pd.DataFrame(rows, columns=["image", "x1", "y1", "x2", "y2", "label", *extra])


TRUTH = faces([["a", 10, 10, 50, 60, "mask"], ["a", 100, 10, 140, 60, "no_mask"], ["b", 10, 10, 50, 60, "mask"]])


def found(rows):
    return faces(rows, ["rank"])


PERFECT = [[*row, 0.9] for row in TRUTH.to_numpy().tolist()]


def test_a_perfect_detector_has_1():
    assert average_precision(TRUTH, found(PERFECT), label="mask") == pytest.approx(1)
    assert average_precision(TRUTH, found(PERFECT)) == pytest.approx(1)


def test_a_missed_face_costs_its_share():
    assert average_precision(TRUTH, found(PERFECT[:1]), label="mask") == pytest.approx(0.5, abs=0.01)


def test_a_wrong_label_is_a_miss_and_a_false_alarm():
    swapped = [[*row[:5], "no_mask", row[6]] for row in PERFECT]
    assert average_precision(TRUTH, found(swapped), label="mask") == 0
    assert average_precision(TRUTH, found(swapped), label="no_mask") < 0.6


@pytest.mark.parametrize(("rank", "harmless"), [(0.1, True), (0.99, False)], ids=["unlikely", "sure"])
def test_a_false_alarm_costs_the_more_the_surer_it_is(rank, harmless):
    alarm = [["b", 200, 200, 260, 260, "mask", rank]]
    assert (average_precision(TRUTH, found(PERFECT + alarm), label="mask") > 0.99) == harmless


def test_a_loose_box_counts_at_half_overlap_only():
    loose = [[row[0], row[1] - 6, row[2] - 6, row[3] + 6, row[4] + 6, *row[5:]] for row in PERFECT]
    assert average_precision(TRUTH, found(loose), label="mask", min_iou=0.5) == pytest.approx(1)
    assert average_precision(TRUTH, found(loose), label="mask", min_iou=0.75) == 0


def test_a_label_that_is_not_there_has_no_figure():
    assert np.isnan(average_precision(TRUTH, found(PERFECT), label="incorrect"))


def test_found_in_no_photograph_is_0():
    assert average_precision(TRUTH, found([]), label="mask") == 0


def test_worn_wrong_counts_as_no_mask_and_ranks_by_what_is_no_mask():
    said = pd.DataFrame(
        {
            "score": [0.8, 0.5],
            "label": ["incorrect", "mask"],
            "mask": [0.2, 0.9],
            "no_mask": [0.3, 0.1],
            "incorrect": [0.5, 0],
        }
    )
    assert two_classes(said["label"]).tolist() == ["no_mask", "mask"]
    np.testing.assert_allclose(ranking(said), [0.8 * 0.8, 0.5 * 0.9])
