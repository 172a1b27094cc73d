"""Training sees a picture as the product does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskcore.errors import ImageDecodeError
from maskcore.imaging import load_image
from training.data import pictures
from training.data.pictures import LONGER_SIDE, Pictures


def drawn(path: Path, mode: str, color: tuple[int, ...] | int) -> str:
    Image.new(mode, (8, 6), color).save(path)
    return str(path)


@pytest.mark.parametrize(
    ("mode", "color"),
    [("RGB", (10, 200, 90)), ("RGBA", (10, 200, 90, 0)), ("RGBA", (10, 200, 90, 128)), ("L", 70), ("I;16", 40_000)],
)
def test_a_picture_looks_as_it_does_to_the_detector(tmp_path, mode, color):
    path = drawn(tmp_path / "a.png", mode, color)
    image_bgr, scale = Pictures().read(path)
    np.testing.assert_array_equal(image_bgr, load_image(Path(path), max_mb=1, max_megapixels=1))
    assert scale == 1


def test_transparency_is_laid_on_white(tmp_path):
    assert (Pictures().read(drawn(tmp_path / "a.png", "RGBA", (0, 0, 0, 0)))[0] == 255).all()


def test_a_large_picture_is_shrunk_and_says_how_far(tmp_path):
    path = tmp_path / "large.png"
    Image.new("RGB", (4 * LONGER_SIDE, 100)).save(path)
    image_bgr, scale = Pictures().read(str(path))
    assert image_bgr.shape == (25, LONGER_SIDE, 3) and scale == 0.25


def test_what_is_no_picture_is_named(tmp_path):
    (tmp_path / "note.jpg").write_text("no picture")
    with pytest.raises(ImageDecodeError, match=r"note\.jpg: .*not a picture.*leave it out"):
        Pictures().read(str(tmp_path / "note.jpg"))


def test_a_picture_that_is_too_large_is_told_with_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_MEGAPIXELS", 0.001)
    path = tmp_path / "wide.png"
    Image.new("RGB", (100, 50)).save(path)
    with pytest.raises(ImageDecodeError, match=r"wide\.png: .* 100 × 50 .*leave it out"):
        Pictures().read(str(path))
