"""Training pictures keep each face under its box, whatever is done to the photograph."""

import cv2
import numpy as np
import pytest

from maskcore.types import Label
from training.data.mosaic import MosaicSampler, Photograph, photographs
from training.data.table import LABELS, make_table

RED = (0, 0, 255)
BOXES = np.array([[40, 30, 100, 110], [300, 200, 340, 250]], np.float32)


def of_one_colour(path, boxes, *, source="made", label=Label.MASK) -> Photograph:
    """A photograph whose faces all have one label."""
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    labels = np.full(len(boxes), LABELS.index(label))
    return Photograph(str(path), source, boxes, labels, np.full(len(boxes), label is Label.NO_MASK))


@pytest.fixture
def photograph(tmp_path) -> Photograph:
    """A grey photograph with two red faces on it."""
    image = np.full((300, 400, 3), 120, np.uint8)
    for x1, y1, x2, y2 in BOXES.astype(int):
        image[y1:y2, x1:x2] = RED
    path = tmp_path / "photograph.png"
    cv2.imwrite(str(path), image)
    return of_one_colour(path, BOXES)


@pytest.fixture
def oval(tmp_path) -> Photograph:
    """A grey photograph with one red, oval face on it."""
    image = np.full((600, 600, 3), 120, np.uint8)
    cv2.ellipse(image, (250, 320), (60, 90), 0, 0, 360, RED, -1)
    path = tmp_path / "oval.png"
    cv2.imwrite(str(path), image)
    return of_one_colour(path, [[190, 230, 310, 410]])


def red(image: np.ndarray) -> np.ndarray:
    """Where a face is, whatever places its colours have changed to."""
    return (image.max(axis=2) > 180) & (image.min(axis=2) < 90)


def test_boxes_follow_their_faces(photograph):
    sampler = MosaicSampler([photograph], side=160, tilted=0)
    random = np.random.default_rng(0)
    checked = 0
    for _ in range(60):
        drawn = sampler.draw(random)
        image, boxes, ignored = drawn.image_bgr, drawn.boxes_xyxy, drawn.ignored_xyxy
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
        drawn = sampler.draw(random)
        image, boxes = drawn.image_bgr, drawn.boxes_xyxy
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
        drawn = sampler.draw(random)
        image, boxes = drawn.image_bgr, drawn.boxes_xyxy
        assert image.shape == (96, 96, 3)
        assert (boxes >= 0).all() and (boxes <= 96).all()
        assert ((boxes[:, 2:] - boxes[:, :2]) >= 6).all()


def test_the_same_seed_gives_the_same_picture(photograph):
    first, second = (MosaicSampler([photograph], side=96).draw(np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.image_bgr, second.image_bgr)
    np.testing.assert_array_equal(first.boxes_xyxy, second.boxes_xyxy)


def test_a_set_of_weight_0_is_never_drawn(photograph, tmp_path):
    yellow = (0, 255, 255)
    cv2.imwrite(str(tmp_path / "yellow.png"), np.full((300, 400, 3), yellow, np.uint8))
    never = of_one_colour(tmp_path / "yellow.png", [], source="never")
    sampler = MosaicSampler([photograph, never], side=96, source_weights={"never": 0.0})
    random = np.random.default_rng(0)
    pictures = np.stack([sampler.draw(random).image_bgr for _ in range(30)])
    assert not (np.sort(pictures, axis=3) == yellow).all(axis=3).any(), "whatever places its colours changed to"


def test_photographs_without_faces_stay_in():
    sizes = {"width": 10, "height": 10, "source": "s"}
    rows = [{"image": "a", "x1": 1, "y1": 1, "x2": 5, "y2": 5, "label": "mask"} | sizes, {"image": "b"} | sizes]
    assert [len(item.boxes_xyxy) for item in photographs(make_table(rows, problems=[]))] == [1, 0]


def test_labels_stay_with_their_faces():
    sizes = {"image": "a", "width": 100, "height": 100, "source": "s", "y1": 1, "y2": 9}
    labels = ["incorrect", None, "no_mask", "no_mask"]
    rows = [
        {"x1": 10 * i, "x2": 10 * i + 8, "label": label, "covered": i == 3} | sizes for i, label in enumerate(labels)
    ]
    item = photographs(make_table(rows, problems=[]))[0]
    assert [LABELS[number] if number >= 0 else None for number in item.labels] == labels
    assert item.bare.tolist() == [False, False, True, False], (
        "a hand before the mouth leaves nothing to paint a mask on"
    )


def test_painting_changes_the_label_of_bare_faces_only(tmp_path):
    image = np.full((200, 200, 3), 120, np.uint8)
    cv2.ellipse(image, (100, 100), (60, 80), 0, 0, 360, (130, 160, 220), -1)
    cv2.imwrite(str(tmp_path / "face.png"), image)
    for label, told in ((Label.NO_MASK, set(LABELS)), (Label.MASK, {Label.MASK})):
        item = of_one_colour(tmp_path / "face.png", [[40, 20, 160, 180]], label=label)
        sampler, random = MosaicSampler([item], side=160, tilted=0, painted=1), np.random.default_rng(0)
        drawn = [sampler.draw(random).labels for _ in range(30)]
        assert {LABELS[number] for labels in drawn for number in labels} == told
