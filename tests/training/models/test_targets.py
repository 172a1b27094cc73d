"""The detector's targets say where faces are, and reading them back gives the same faces."""

import numpy as np
import pytest

from maskcore.detector import decode
from training.models.targets import encode as encode_labelled

NONE = np.zeros((0, 4), np.float32)


def encode(boxes: np.ndarray, ignored: np.ndarray, *, side: int, label: int = -1) -> np.ndarray:
    return encode_labelled(boxes, np.full(len(boxes), label), ignored, side=side)


def read_back(targets: np.ndarray) -> np.ndarray:
    likeness = np.clip(targets[..., 0], 1e-6, 1 - 1e-6)
    heat = np.where(targets[..., 1] > 0, np.log(likeness / (1 - likeness)), -20).astype(np.float32)
    return decode(heat, targets[..., 3:7], min_logit=5.0)[0]


@pytest.mark.parametrize(
    "box",
    [(10, 12, 18, 22), (100, 100, 260, 300), (0, 0, 40, 50), (290, 280, 320, 320), (33.3, 41.7, 40.1, 50.9)],
    ids=["tiny", "large", "at the top left", "at the bottom right", "between cells"],
)
def test_reading_targets_back_gives_the_box(box):
    found = read_back(encode(np.array([box], np.float32), NONE, side=320))
    assert len(found) == 1
    np.testing.assert_allclose(found[0], box, atol=0.8)


def test_of_two_faces_the_smaller_one_in_front_keeps_its_cells():
    large, small = (20, 20, 300, 300), (140, 140, 180, 180)
    targets = encode(np.array([small, large], np.float32), NONE, side=320)
    centre = targets[160 // 4, 160 // 4]
    np.testing.assert_allclose(np.exp(centre[3:7]) * 4, [22, 22, 18, 18], atol=0.1)


def test_every_face_has_a_cell_that_must_find_it():
    boxes = np.array([[x, y, x + 7, y + 7] for x in range(5, 300, 37) for y in range(3, 300, 41)], np.float32)
    targets = encode(boxes, NONE, side=320)
    centres = ((boxes[:, :2] + boxes[:, 2:]) / 2 // 4).astype(int)
    assert (targets[centres[:, 1], centres[:, 0], 1] > 0).all()


def test_an_ignored_face_is_no_target_and_asks_for_nothing():
    targets = encode(NONE, np.array([[40, 40, 80, 80]], np.float32), side=320)
    assert targets[..., 0].max() == 0
    assert targets[15, 15, 2] == 1
    assert targets[30, 30, 2] == 0


def test_a_face_inside_an_ignored_one_still_counts():
    face = np.array([[50, 50, 70, 70]], np.float32)
    targets = encode(face, np.array([[40, 40, 80, 80]], np.float32), side=320)
    assert (targets[..., 2][targets[..., 1] > 0] == 0).all()


def test_cells_that_must_find_a_face_know_its_label():
    targets = encode(np.array([[40, 40, 80, 80]], np.float32), NONE, side=320, label=2)
    assert (targets[..., 7] == np.where(targets[..., 1] > 0, 2, -1)).all()
