"""The figures say what they are named after."""

import pandas as pd
import pytest

from maskcore import Label
from training.evaluation import figures

BOX = [10.0, 10.0, 50.0, 60.0]


def known(*labels, covered=False):
    rows = [["set", f"{number}.jpg", *BOX, label, covered, False] for number, label in enumerate(labels)]
    return pd.DataFrame(rows, columns=["source", "image", "x1", "y1", "x2", "y2", "label", "covered", "crop"])


def said(*labels, probability=0.9, uncertain=""):
    rows = [
        ["set", f"{number}.jpg", *BOX, 0.9, label, uncertain, *(probability if one == label else (1 - probability) / 2
                                                                  for one in Label)]
        for number, label in enumerate(labels)
    ]  # fmt: skip
    columns = ["source", "image", "x1", "y1", "x2", "y2", "score", "label", "uncertain", *Label]
    return figures.ranked(pd.DataFrame(rows, columns=columns))


def test_worn_wrong_is_no_mask_in_two_labels_and_wrong_in_three():
    pairs = figures.with_truth(known("mask", "no_mask"), said("mask", "incorrect"))
    row = figures.label_figures(pairs)
    assert (row["three"], row["two"], row["faces"]) == (0.5, 1.0, 2)
    assert row["confusion"]["no_mask"] == {"mask": 0, "no_mask": 0, "incorrect": 1}


def test_uncertain_faces_are_no_answers():
    pairs = figures.with_truth(known("mask", "mask"), said("mask", "no_mask"))
    pairs["uncertain"] = ["", "unsure"]
    row = figures.label_figures(pairs)
    assert (row["two"], row["answered"], row["answered_two"]) == (0.5, 0.5, 1.0)


def test_a_covered_mouth_called_mask_counts_unless_it_is_uncertain():
    sure = figures.with_truth(known("no_mask", covered=True), said("mask"))
    unsure = figures.with_truth(known("no_mask", covered=True), said("mask", uncertain="unsure"))
    assert figures.label_figures(sure)["covered_as_mask"] == 1
    assert figures.label_figures(unsure)["covered_as_mask"] == 0


def test_a_face_that_is_hardly_likely_is_not_found():
    hardly = said("mask").assign(score=0.4)
    assert figures.with_truth(known("mask"), hardly).empty


def test_detection_is_measured_by_set_with_an_interval_when_asked():
    truth, found = known("mask", "no_mask"), said("mask", "no_mask")
    row = figures.detection_figures(truth, found, resamples=10)["set"]
    assert row["mean"] == pytest.approx(1) and row["mean_strict"] == pytest.approx(1)
    assert row["interval"][1] == pytest.approx(1)
    assert "interval" not in figures.detection_figures(truth, found)["set"]


def test_sizes_say_how_many_were_found():
    truth = known("mask", "mask", None)  # whoever has no label cannot be told rightly, and counts on neither side
    row = figures.size_figures(truth, figures.with_truth(truth, said("mask")))["33 to 64"]
    assert (row["known"], row["found"]) == (2, 0.5)
