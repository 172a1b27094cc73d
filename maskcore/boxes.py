"""Geometry of boxes; all are x1, y1, x2, y2 in pixels, x right, y down."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def iou_matrix(a_xyxy: NDArray[np.float32], b_xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of every box of one list with every box of another.

    Args:
        a_xyxy: (N, 4) float32.
        b_xyxy: (M, 4) float32.
    Returns:
        (N, M) float32, 0 to 1; 0 where both boxes are empty.
    """
    corner1 = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    corner2 = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    shared = np.prod(np.clip(corner2 - corner1, 0, None), axis=2)
    union = area(a_xyxy)[:, None] + area(b_xyxy)[None] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0), np.float32)


def area(boxes_xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    """Areas of (N, 4) boxes in square pixels: (N,) float32."""
    sides = np.clip(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 0, None)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float32)


def clip_boxes(boxes_xyxy: NDArray[np.floating], size_wh: tuple[int, int]) -> NDArray[np.float32]:
    """Clip (N, 4) boxes to a picture of width and height in pixels."""
    width, height = size_wh
    return np.asarray(np.clip(boxes_xyxy, 0, np.array([width, height, width, height], np.float32)), np.float32)


def suppress(boxes_xyxy: NDArray[np.float32], scores: NDArray[np.float32], *, max_iou: float) -> NDArray[np.intp]:
    """Greedy non-maximum suppression: keep the best box of each heap.

    Args:
        boxes_xyxy: (N, 4) float32.
        scores: (N,) float32.
        max_iou: Two kept boxes overlap by no more than this.
    Returns:
        Indices of the boxes kept, best first.
    """
    boxes_xywh = np.hstack([boxes_xyxy[:, :2], boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]])
    kept = cv2.dnn.NMSBoxes(boxes_xywh.tolist(), scores.tolist(), 0.0, max_iou)
    return np.asarray(kept, np.intp).reshape(-1)
