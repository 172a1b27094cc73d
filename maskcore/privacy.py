"""Faces made unrecognisable in a picture that is shown or passed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.boxes import clip_boxes
from maskcore.styles import style_key
from maskcore.types import Face, Label

CELLS = 6  # across a face: too few to tell who it is, and unlike a Gaussian blur nothing of it can be computed back
MARGIN = 0.2  # hair, ears and chin tell a person too


class Blur(StrEnum):
    """Whose faces are made unrecognisable: all, or all but those that certainly wear no mask."""

    ALL = "all"
    EXCEPT_NO_MASK = "except_no_mask"


def faces_to_blur(faces: Iterable[Face], blur: Blur) -> list[Face]:
    """Those of the faces that `blur` speaks of; an uncertain face is always among them."""
    return [face for face in faces if blur is Blur.ALL or style_key(face) != Label.NO_MASK]


def blur_faces(image_bgr: NDArray[np.uint8], faces: Sequence[Face]) -> NDArray[np.uint8]:
    """Put a smooth mosaic over every face, on a copy of the picture.

    Args:
        image_bgr: (H, W, 3) uint8; never changed.
        faces: Boxes in pixels of `image_bgr`.
    Returns:
        (H, W, 3) uint8, BGR; a new picture.
    """
    canvas = image_bgr.copy()
    size_wh = (canvas.shape[1], canvas.shape[0])
    boxes = np.array([face.box for face in faces], np.float32).reshape(-1, 4)
    grown = MARGIN * (boxes[:, 2:] - boxes[:, :2])
    for box in clip_boxes(boxes + np.hstack([-grown, grown]), size_wh):
        left, top = np.floor(box[:2]).astype(int)
        right, bottom = np.ceil(box[2:]).astype(int)
        part = canvas[top:bottom, left:right]
        if part.size:
            part[:] = blur_picture(part)
    return canvas


def blur_picture(image_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same mosaic over a whole picture, (H, W, 3) uint8, as for one in which nobody looked for faces."""
    cells = cv2.resize(image_bgr, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    size_wh = (image_bgr.shape[1], image_bgr.shape[0])
    return np.asarray(cv2.resize(cells, size_wh, interpolation=cv2.INTER_LINEAR), np.uint8)
