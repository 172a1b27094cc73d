"""Each doubt has its cause, and a good face has none."""

import cv2
import numpy as np
import pytest

from maskcore.models import Thresholds
from maskcore.quality import doubts, sharpness
from maskcore.types import Uncertain

THRESHOLDS = Thresholds(unsure=0.6, small=8, blurred=0.02, dark=25)
SHARP = np.random.default_rng(0).integers(40, 255, (64, 64, 3), np.uint8)
BLURRED = cv2.GaussianBlur(np.kron(SHARP[::8, ::8], np.ones((8, 8, 1), np.uint8)), (0, 0), 8)


@pytest.mark.parametrize(
    ("crop", "side", "probability", "reason"),
    [
        (SHARP, 40, 0.9, None),
        (SHARP, 6, 0.99, Uncertain.SMALL),
        (SHARP // 20, 40, 0.99, Uncertain.DARK),
        (SHARP, 40, 0.5, Uncertain.UNSURE),
        (BLURRED, 40, 0.5, Uncertain.BLURRED),
        (BLURRED, 40, 0.9, None),
    ],
    ids=["good", "small", "dark", "unsure", "unsure since blurred", "blurred but sure"],
)
def test_the_reason_is_the_cause(crop, side, probability, reason):
    found = doubts(
        np.stack([SHARP, crop]),
        shorter_sides=np.array([40, side], np.float32),
        probabilities=np.array([0.9, probability], np.float32),
        thresholds=THRESHOLDS,
    )
    assert found == [None, reason]


def test_no_face_has_no_doubt():
    none = np.zeros(0, np.float32)
    assert doubts(SHARP[None][:0], shorter_sides=none, probabilities=none, thresholds=THRESHOLDS) == []


def test_sharpness_does_not_follow_contrast():
    grey = cv2.cvtColor(SHARP, cv2.COLOR_BGR2GRAY)
    assert sharpness(grey // 2) == pytest.approx(sharpness(grey), rel=0.1)
    assert sharpness(grey) > 10 * sharpness(cv2.cvtColor(BLURRED, cv2.COLOR_BGR2GRAY))
