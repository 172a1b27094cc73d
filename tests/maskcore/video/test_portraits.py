"""The small picture of everybody in a video."""

from __future__ import annotations

import numpy as np
import pytest

from maskcore.imaging import decode_image
from maskcore.privacy import Blur
from maskcore.tracking.people import Person
from maskcore.types import Label
from maskcore.video.portraits import SIDE, Portraits
from tests.factories import make_face

NOISE = np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8)


def portrait(side: int, blur: Blur | None = None) -> np.ndarray:
    portraits = Portraits(blur)
    portraits.see(NOISE, [make_face(box=(100, 100, 100 + side, 100 + side), track=1)])
    jpeg = portraits.take([Person(1, Label.MASK, None, 1.0, 0.0, 1.0)])[1]
    return decode_image(jpeg, max_mb=1, max_megapixels=1)


@pytest.mark.parametrize(("side", "kept"), [(20, 30), (64, SIDE), (200, SIDE)])
def test_a_far_face_keeps_its_pixels_and_a_near_one_is_shrunk(side, kept):
    assert portrait(side).shape == (kept, kept, 3)


@pytest.mark.parametrize("side", [20, 200])
def test_the_face_in_it_is_covered_whatever_its_size(side):
    plain, covered = (
        picture[len(picture) // 4 : -len(picture) // 4] for picture in (portrait(side), portrait(side, Blur.ALL))
    )
    assert covered.std() < 0.7 * plain.std()
