"""Pictures reach the networks undistorted, and a point is found where it was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskcore import preprocess
from maskcore.preprocess import SIZE_MULTIPLE, crop_faces, fit_size, letterbox, resize, shrink


@given(st.tuples(st.integers(1, 6000), st.integers(1, 6000)), st.sampled_from([32, 320, 640, 1280]))
def test_the_input_is_a_multiple_of_32_and_holds_the_whole_picture(size_wh, longer):
    scale, (width, height) = fit_size(size_wh, longer_side=longer)
    assert width % SIZE_MULTIPLE == height % SIZE_MULTIPLE == 0
    assert max(width, height) == longer
    assert size_wh[0] * scale <= width + 0.5 and size_wh[1] * scale <= height + 0.5


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([32, 96, 320]))
@settings(max_examples=40)
def test_any_picture_can_be_letterboxed(width, height, longer):
    boxed, _ = letterbox(np.full((height, width, 3), 200, np.uint8), longer_side=longer)
    assert max(boxed.shape[:2]) == longer
    assert boxed[0, 0].tolist() == [200, 200, 200]


@pytest.mark.parametrize("size_wh", [(640, 480), (200, 300), (1000, 90)], ids=["camera", "small", "panorama"])
def test_a_spot_is_where_the_scale_says(size_wh):
    width, height = size_wh
    image = np.zeros((height, width, 3), np.uint8)
    x, y = width // 2, height // 2
    image[y - 20 : y + 20, x - 20 : x + 20] = 255
    boxed, scale = letterbox(image, longer_side=320)
    rows, columns = np.nonzero(boxed[..., 0] > 127)
    np.testing.assert_allclose([columns.mean() + 0.5, rows.mean() + 0.5], [x * scale, y * scale], atol=1)


def test_a_picture_of_the_right_size_is_not_copied():
    image = np.zeros((480, 640, 3), np.uint8)
    assert letterbox(image, longer_side=640)[0] is image


@pytest.mark.parametrize(
    "box",
    [(100, 50, 140, 110), (-20, -20, 30, 30), (290, 190, 330, 240), (400, 300, 420, 320), (50, 50, 50, 50)],
    ids=["inside", "over the corner", "over the other corner", "outside", "empty"],
)
def test_a_crop_is_square_and_full_wherever_the_box_lies(box):
    image = np.full((200, 300, 3), 77, np.uint8)
    crops = crop_faces(image, np.array([box], np.float32), side=48, margin=0.25)
    assert crops.shape == (1, 48, 48, 3)
    assert (crops == 77).all()


def test_the_face_fills_the_crop_but_for_its_margin():
    image = np.zeros((200, 300, 3), np.uint8)
    image[60:120, 100:160] = 255
    crop = crop_faces(image, np.array([[100, 60, 160, 120]], np.float32), side=60, margin=0.25)[0]
    assert 0.9 < (crop[..., 0] > 127).mean() / (1 / 1.5) ** 2 < 1.1
    assert crop[30, 30, 0] == 255 and crop[2, 2, 0] == 0


def test_a_face_far_wider_than_high_takes_no_more_memory_than_others(monkeypatch):
    laid = []
    monkeypatch.setattr(preprocess, "resize", lambda window, size: laid.append(window.shape) or resize(window, size))
    monkeypatch.setattr(preprocess, "WINDOW_MOST", 64)
    image = np.zeros((20, 1000, 3), np.uint8)
    image[:, 500:] = 200
    crop = crop_faces(image, np.array([[0, 0, 1000, 20]], np.float32), side=48, margin=0.25)[0]
    assert max(laid[0]) < 2 * 64
    assert crop[24, 12, 0] == 0 and crop[24, 36, 0] == 200, "it shows what it would otherwise"


@pytest.mark.parametrize(
    ("size_wh", "wanted"),
    [((4000, 1000), (640, 160)), ((4000, 1), (640, 1)), ((1, 4000), (1, 640)), ((640, 9), (640, 9)), ((1, 1), (1, 1))],
    ids=str,
)
def test_a_picture_of_any_shape_is_shrunk_and_never_enlarged(size_wh, wanted):
    width, height = size_wh
    assert shrink(np.zeros((height, width, 3), np.uint8), longer_side=640).shape == (wanted[1], wanted[0], 3)


def test_no_boxes_give_no_crops():
    assert crop_faces(np.zeros((9, 9, 3), np.uint8), np.zeros((0, 4), np.float32), side=32, margin=0).shape[0] == 0
