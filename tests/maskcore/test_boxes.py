"""Geometry holds for any boxes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maskcore.boxes import area, clip_boxes, iou_matrix, suppress

SIDES = st.floats(1, 500, width=32)
CORNERS = st.floats(-200, 800, width=32)


@st.composite
def box_lists(draw, least=0):
    corners = draw(arrays(np.float32, st.tuples(st.integers(least, 12), st.just(2)), elements=CORNERS))
    sides = draw(arrays(np.float32, corners.shape, elements=SIDES))
    return np.hstack([corners, corners + sides])


@given(box_lists(), box_lists())
def test_iou_is_a_share_and_the_same_from_both_sides(a, b):
    iou = iou_matrix(a, b)
    assert iou.shape == (len(a), len(b))
    assert (iou >= 0).all() and (iou <= 1 + 1e-5).all()
    np.testing.assert_allclose(iou, iou_matrix(b, a).T, atol=1e-5)


@given(box_lists(least=1))
def test_a_box_overlaps_itself_wholly(boxes):
    np.testing.assert_allclose(np.diag(iou_matrix(boxes, boxes)), 1, atol=1e-4)


def test_iou_of_a_known_pair():
    a, b = np.array([[0, 0, 10, 10]], np.float32), np.array([[5, 0, 15, 10], [20, 20, 30, 30]], np.float32)
    np.testing.assert_allclose(iou_matrix(a, b), [[1 / 3, 0]], atol=1e-6)


def test_empty_boxes_overlap_nothing():
    empty = np.array([[5, 5, 5, 5]], np.float32)
    assert iou_matrix(empty, empty)[0, 0] == 0


@given(box_lists())
def test_clipped_boxes_lie_in_the_picture_and_never_grow(boxes):
    clipped = clip_boxes(boxes, (320, 240))
    assert (clipped >= 0).all() and (clipped[:, [0, 2]] <= 320).all() and (clipped[:, [1, 3]] <= 240).all()
    assert (area(clipped) <= area(boxes) * (1 + 1e-5)).all()


@given(box_lists(least=1), st.floats(0.1, 0.9))
def test_kept_boxes_do_not_overlap_more_than_asked(boxes, max_iou):
    scores = np.linspace(0.9, 0.1, len(boxes)).astype(np.float32)
    kept = suppress(boxes, scores, max_iou=max_iou)
    assert 0 in kept, "the best box is always kept"
    overlap = iou_matrix(boxes[kept], boxes[kept]) - np.eye(len(kept))
    assert (overlap <= max_iou + 1e-3).all()
