"""Training pictures keep each face under its box, whatever is done to the photograph."""

import cv2
import numpy as np
import pytest

from training.data.mosaic import MosaicSampler, Photograph, photographs
from training.data.table import make_table

RED = (0, 0, 255)
BOXES = np.array([[40, 30, 100, 110], [300, 200, 340, 250]], np.float32)


@pytest.fixture
def photograph(tmp_path) -> Photograph:
    """A grey photograph with two red faces on it."""
    image = np.full((300, 400, 3), 120, np.uint8)
    for x1, y1, x2, y2 in BOXES.astype(int):
        image[y1:y2, x1:x2] = RED
    path = tmp_path / "photograph.png"
    cv2.imwrite(str(path), image)
    return Photograph(str(path), "made", BOXES)


def red(image: np.ndarray) -> np.ndarray:
    return (image[..., 2] > 180) & (image[..., 1] < 90)


def test_boxes_follow_their_faces(photograph):
    sampler = MosaicSampler([photograph], side=160)
    random = np.random.default_rng(0)
    checked = 0
    for _ in range(60):
        image, boxes, ignored = sampler.draw(random)
        for x1, y1, x2, y2 in boxes:
            inner = red(image)[round(y1) + 1 : max(round(y2) - 1, round(y1) + 2), round(x1) + 1 : round(x2) - 1]
            assert inner.size == 0 or inner.mean() > 0.9
            checked += 1
        known = np.zeros(image.shape[:2], bool)
        for x1, y1, x2, y2 in np.concatenate([boxes, ignored]):
            known[max(0, int(y1) - 2) : int(y2) + 3, max(0, int(x1) - 2) : int(x2) + 3] = True
        assert not (red(image) & ~known).any(), "a face is neither a target nor ignored"
    assert checked > 60


def test_boxes_lie_inside_the_picture_and_are_not_too_small(photograph):
    sampler = MosaicSampler([photograph], side=96)
    random = np.random.default_rng(1)
    for _ in range(40):
        image, boxes, _ = sampler.draw(random)
        assert image.shape == (96, 96, 3)
        assert (boxes >= 0).all() and (boxes <= 96).all()
        assert ((boxes[:, 2:] - boxes[:, :2]) >= 6).all()


def test_the_same_seed_gives_the_same_picture(photograph):
    first, second = (MosaicSampler([photograph], side=96).draw(np.random.default_rng(3)) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_set_of_weight_0_is_never_drawn(photograph, tmp_path):
    cv2.imwrite(str(tmp_path / "green.png"), np.full((300, 400, 3), (0, 255, 0), np.uint8))
    green = Photograph(str(tmp_path / "green.png"), "never", np.zeros((0, 4), np.float32))
    sampler = MosaicSampler([photograph, green], side=96, source_weights={"never": 0.0})
    random = np.random.default_rng(0)
    assert all((sampler.draw(random)[0][..., 1] < 250).all() for _ in range(30))


def test_photographs_without_faces_stay_in():
    sizes = {"width": 10, "height": 10, "source": "s"}
    rows = [{"image": "a", "x1": 1, "y1": 1, "x2": 5, "y2": 5, "label": "mask"} | sizes, {"image": "b"} | sizes]
    assert [len(item.boxes_xyxy) for item in photographs(make_table(rows, problems=[]))] == [1, 0]
