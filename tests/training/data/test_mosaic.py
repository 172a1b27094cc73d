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


@pytest.fixture
def oval(tmp_path) -> Photograph:
    """A grey photograph with one red, oval face on it."""
    image = np.full((600, 600, 3), 120, np.uint8)
    cv2.ellipse(image, (250, 320), (60, 90), 0, 0, 360, RED, -1)
    path = tmp_path / "oval.png"
    cv2.imwrite(str(path), image)
    return Photograph(str(path), "made", np.array([[190, 230, 310, 410]], np.float32))


def red(image: np.ndarray) -> np.ndarray:
    """Where a face is, whatever places its colours have changed to."""
    return (image.max(axis=2) > 180) & (image.min(axis=2) < 90)


def test_boxes_follow_their_faces(photograph):
    sampler = MosaicSampler([photograph], side=160, tilted=0)
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


def test_the_box_of_a_tilted_face_touches_it_on_all_sides(oval):
    sampler = MosaicSampler([oval], side=320, tilted=1)
    random = np.random.default_rng(0)
    checked = 0
    for _ in range(80):
        image, boxes, _ = sampler.draw(random)
        if len(boxes) != 1 or boxes.min() < 2 or boxes.max() > 318 or (boxes[:, 2:] - boxes[:, :2]).min() < 30:
            continue
        rows, columns = np.nonzero(red(image))
        found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(boxes[0], found, atol=2.5)
        checked += 1
    assert checked > 10


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
    yellow = (0, 255, 255)
    cv2.imwrite(str(tmp_path / "yellow.png"), np.full((300, 400, 3), yellow, np.uint8))
    never = Photograph(str(tmp_path / "yellow.png"), "never", np.zeros((0, 4), np.float32))
    sampler = MosaicSampler([photograph, never], side=96, source_weights={"never": 0.0})
    random = np.random.default_rng(0)
    pictures = np.stack([sampler.draw(random)[0] for _ in range(30)])
    assert not (np.sort(pictures, axis=3) == yellow).all(axis=3).any(), "whatever places its colours changed to"


def test_photographs_without_faces_stay_in():
    sizes = {"width": 10, "height": 10, "source": "s"}
    rows = [{"image": "a", "x1": 1, "y1": 1, "x2": 5, "y2": 5, "label": "mask"} | sizes, {"image": "b"} | sizes]
    assert [len(item.boxes_xyxy) for item in photographs(make_table(rows, problems=[]))] == [1, 0]
