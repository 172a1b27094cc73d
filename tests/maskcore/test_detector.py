"""Peaks of the heat map become boxes."""

import numpy as np
import pytest

from maskcore.detector import choose_input_size, decode


@pytest.mark.parametrize(
    ("size_wh", "side"),
    [((100, 80), 320), ((320, 240), 320), ((400, 300), 416), ((640, 480), 640), ((900, 1200), 640), ((1920, 1080), 960),
     ((4000, 3000), 1280)],
    ids=lambda value: str(value),
)  # fmt: skip
def test_the_input_size_follows_the_picture(size_wh, side):
    assert choose_input_size(size_wh) == side


def test_each_peak_becomes_a_box_around_its_cell():
    heat = np.full((20, 30), -9, np.float32)
    heat[5, 7], heat[5, 8], heat[15, 20] = 3, 2, 1
    sides = np.log(np.full((20, 30, 4), [2, 1, 3, 4], np.float32))
    boxes, logits = decode(heat, sides, min_logit=0)
    assert logits.tolist() == [3, 1], "a cell beside a higher one is no peak"
    np.testing.assert_allclose(boxes[0], [30 - 8, 22 - 4, 30 + 12, 22 + 16])
    np.testing.assert_allclose(boxes[1], [82 - 8, 62 - 4, 82 + 12, 62 + 16])


def test_no_peak_no_box():
    boxes, logits = decode(np.full((8, 8), -9, np.float32), np.zeros((8, 8, 4), np.float32), min_logit=0)
    assert boxes.shape == (0, 4) and logits.shape == (0,)


def test_absurd_distances_stay_finite():
    boxes, _ = decode(np.full((1, 1), 5, np.float32), np.full((1, 1, 4), 500, np.float32), min_logit=0)
    assert np.isfinite(boxes).all()
