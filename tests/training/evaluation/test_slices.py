"""Faces are told apart by the pixels of their shorter side and by how they are lit."""

import numpy as np
import pandas as pd
import pytest

from training.evaluation.slices import light_of, shorter_sides, size_of


def test_bounds_belong_to_the_larger_size():
    names = list(size_of(np.array([11.9, 12, 40, 64, np.nan])))
    assert names[:4] == ["under 12", "12 to 20", "33 to 64", "64 and more"] and np.isnan(names[4])


def test_the_shorter_side_of_a_box_counts():
    boxes = pd.DataFrame([[0, 0, 90, 40], [5, 5, 17, 50]], columns=["x1", "y1", "x2", "y2"])
    assert shorter_sides(boxes).tolist() == [40, 12]


@pytest.mark.parametrize(
    ("face", "around", "light"),
    [(150, 150, "usual"), (40, 60, "dark"), (90, 220, "backlit"), (40, 220, "dark"), (200, 20, "usual")],
)
def test_light_is_told_by_the_face_and_what_is_around_it(face, around, light):
    image = np.full((100, 120, 3), around, np.uint8)
    image[40:60, 50:70] = face
    assert light_of(image, np.array([50, 40, 70, 60], np.float32)) == light


def test_a_face_that_fills_the_picture_has_no_surroundings():
    assert light_of(np.full((50, 50, 3), 120, np.uint8), np.array([0, 0, 50, 50], np.float32)) == "usual"
