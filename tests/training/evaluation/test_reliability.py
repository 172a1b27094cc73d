"""The calibration error is nought where claims come true, and grows with how far they do not."""

import numpy as np
import pytest

from training.evaluation.reliability import calibration_error, coverage, reliability


def outcomes(claimed, true, count=3000):
    random = np.random.default_rng(0)
    return np.full(count, claimed), random.random(count) < true


@pytest.mark.parametrize(("claimed", "true"), [(0.8, 0.8), (0.95, 0.75), (0.6, 0.9)], ids=["meant", "too sure", "shy"])
def test_the_error_is_the_gap_between_claimed_and_true(claimed, true):
    assert calibration_error(*outcomes(claimed, true)) == pytest.approx(abs(claimed - true), abs=0.02)


def test_gaps_of_opposite_sign_do_not_cancel():
    sure, shy = outcomes(0.95, 0.75), outcomes(0.6, 0.8)
    both = [np.concatenate(parts) for parts in zip(sure, shy, strict=True)]
    assert calibration_error(*both) == pytest.approx(0.2, abs=0.02)


def test_certainty_belongs_to_the_last_bin():
    assert reliability(np.array([1.0, 0.99]), np.array([True, False]))["faces"].tolist() == [2.0]


def test_answering_the_surest_faces_first_is_right_more_often():
    probability = np.linspace(0, 1, 1000)
    right = np.random.default_rng(0).random(1000) < probability
    curve = coverage(probability, right)
    assert curve["answered"].tolist() == pytest.approx(np.arange(1, 11) / 10)
    assert curve["right"].iloc[0] > 0.9
    assert curve["right"].iloc[-1] == pytest.approx(right.mean())
