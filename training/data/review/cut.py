"""What is kept of a picture: all of it, or one face with a little around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskcore.boxes import clip_boxes
from maskcore.types import Face, Label
from training.data.review.items import ReviewFace

AROUND = 0.6  # of the face's longer side, on each side: enough to tell hand, scarf and mask apart
INSIDE = 0.5  # of its area; a face of which less lies in the part is passed over

Kept = tuple[NDArray[np.uint8], list[ReviewFace]]


def whole(image_bgr: NDArray[np.uint8], faces: Sequence[Face], labels: Mapping[int, Label | None]) -> Kept:
    """The picture with all of its faces.

    Args:
        image_bgr: (H, W, 3) uint8.
        faces: What the model sees in it.
        labels: Proposed label by the place of the face that is asked about; None: no face.
    """
    kept = [ReviewFace.of(face) for face in faces]
    return image_bgr, [face.ask(labels[at]) if at in labels else face for at, face in enumerate(kept)]


def around(image_bgr: NDArray[np.uint8], faces: Sequence[Face], labels: Mapping[int, Label | None]) -> Kept:
    """The part of the picture around one face, with all faces that lie in it; arguments as of `whole`.

    Raises:
        ValueError: Labels of more or less than one face.
    """
    (number,) = labels
    left, top, right, bottom = _part(faces[number].box, (image_bgr.shape[1], image_bgr.shape[0]))
    moved = {}
    for at, face in enumerate(faces):
        x1, y1, x2, y2 = face.box
        box = max(x1, left), max(y1, top), min(x2, right), min(y2, bottom)
        if at == number or _area(box) >= INSIDE * _area(face.box):
            moved[at] = replace(face, box=(box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    place = list(moved).index(number)
    part = np.ascontiguousarray(image_bgr[top:bottom, left:right])
    return whole(part, list(moved.values()), {place: labels[number]})


def _part(box: tuple[float, float, float, float], size_wh: tuple[int, int]) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = box
    more = AROUND * max(x2 - x1, y2 - y1)
    grown = np.array([[x1 - more, y1 - more, x2 + more, y2 + more]], np.float32)
    left, top, right, bottom = clip_boxes(grown, size_wh)[0].tolist()
    return int(left), int(top), max(int(left) + 1, round(right)), max(int(top) + 1, round(bottom))


def _area(box: tuple[float, float, float, float]) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
