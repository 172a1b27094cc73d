"""A blurred face cannot be recognised, and nothing else of the picture changes."""

from __future__ import annotations

import numpy as np
import pytest

from maskcore.privacy import CELLS, Blur, blur_faces, faces_to_blur
from tests.factories import make_face, make_faces


def noise() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (240, 320, 3), np.uint8)


def test_no_detail_is_left_inside_the_box() -> None:
    blurred = blur_faces(noise(), [make_face(box=(100, 80, 160, 160))])[80:160, 100:160].astype(int)
    assert np.abs(np.diff(blurred, axis=0)).max() < 256 / CELLS
    assert np.abs(np.diff(blurred, axis=1)).max() < 256 / CELLS


def test_what_is_away_from_the_faces_stays_and_the_picture_given_too() -> None:
    image_bgr = noise()
    blurred = blur_faces(image_bgr, [make_face(box=(100, 80, 160, 160))])
    assert np.array_equal(image_bgr, noise())
    changed = (blurred != image_bgr).any(axis=2)
    changed[60:180, 80:180] = False
    assert not changed.any()


@pytest.mark.parametrize("box", [(-20, -20, 15, 15), (300, 220, 400, 300), (0, 0, 320, 240), (10.2, 10.2, 10.4, 10.4)])
def test_a_box_at_the_rim_or_smaller_than_a_pixel_is_covered(box: tuple[float, float, float, float]) -> None:
    image_bgr = noise()
    assert blur_faces(image_bgr, [make_face(box=box)]).shape == image_bgr.shape


def test_without_faces_the_picture_is_the_same() -> None:
    assert np.array_equal(blur_faces(noise(), []), noise())


def test_whoever_may_wear_a_mask_is_blurred() -> None:
    """One face of each look: mask, no mask, worn wrong, can't tell."""
    mask, no_mask, incorrect, uncertain = faces = make_faces()
    assert faces_to_blur(faces, Blur.ALL) == [mask, no_mask, incorrect, uncertain]
    assert faces_to_blur(faces, Blur.EXCEPT_NO_MASK) == [mask, incorrect, uncertain]
