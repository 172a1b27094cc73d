"""A picture that goes along with an alert is as small as the operator wants it."""

from __future__ import annotations

import numpy as np
import pytest

from maskcore.imaging import decode_image, encode_jpeg
from maskcore.video.snapshot import fit_jpeg

NOISE = encode_jpeg(np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8))


def test_a_picture_that_fits_stays_as_it_is() -> None:
    assert fit_jpeg(NOISE, most_bytes=len(NOISE)) is NOISE


@pytest.mark.parametrize("most_bytes", [20_000, len(NOISE) - 1])
def test_a_larger_one_is_made_smaller_and_keeps_its_shape(most_bytes: int) -> None:
    small = fit_jpeg(NOISE, most_bytes=most_bytes)
    assert small is not None and len(small) <= most_bytes
    height, width = decode_image(small, max_mb=1, max_megapixels=1).shape[:2]
    assert width / height == pytest.approx(640 / 480, rel=0.05)


def test_no_picture_is_sent_where_none_of_use_fits() -> None:
    assert fit_jpeg(NOISE, most_bytes=500) is None
