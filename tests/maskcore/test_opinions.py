"""What detector and classifier say of a label becomes one probability."""

import numpy as np
import pytest

from maskcore.models import Pool
from maskcore.opinions import pooled, probabilities, sure

POOL = Pool(crop=0.5, whole=0.7, alone=1.0, sure=0.9)
NOTHING = [np.nan] * 3


def told(crop: list[float], whole: list[float]) -> np.ndarray:
    rows = (np.array([row], np.float32) for row in (crop, whole))
    return pooled(*rows, pool=POOL, temperature=0.5)[0]


@pytest.mark.parametrize(
    ("crop", "whole", "logits"),
    [
        ([1, 0, -1], [0, 2, 0], [0.5, 1.4, -0.5]),
        ([1, 0, -1], NOTHING, [2, 0, -2]),
        (NOTHING, [0, 2, 0], [0, 2, 0]),
    ],
    ids=["both", "the classifier alone", "the detector alone"],
)
def test_whoever_was_asked_is_heard(crop, whole, logits):
    np.testing.assert_allclose(told(crop, whole), probabilities(np.array([logits], np.float32))[0], atol=1e-6)


def test_the_detector_is_sure_only_where_it_sees_a_face_well():
    whole = np.array([[4, 0, 0], [2, 0, 0], NOTHING], np.float32)
    assert sure(whole, POOL).tolist() == [True, False, False]
    assert not sure(whole[:0], POOL).size


def test_a_model_that_does_not_say_so_asks_always():
    assert not sure(np.array([[90, 0, 0]], np.float32), Pool(crop=0.5, whole=0.5)).any()


@pytest.mark.parametrize("count", [0, 2])
def test_probabilities_are_those_of_their_logits(count):
    rows = probabilities(np.array([[1000, 998, 0], [-5, -5, -5]], np.float32)[:count])
    wanted = [[0.881, 0.119, 0], [1 / 3, 1 / 3, 1 / 3]][:count]
    np.testing.assert_allclose(rows, np.reshape(wanted, (count, 3)), atol=1e-3)
