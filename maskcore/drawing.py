"""Boxes and tags on a picture that anyone can tell apart, on a phone and on a wall."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.styles import INK_HEX, LABEL_STYLES, LabelStyle, hex_to_bgr, style_caption, style_key
from maskcore.tags import render_tag
from maskcore.types import Face

__all__ = ["LABEL_STYLES", "LabelStyle", "draw_faces"]

Box = tuple[int, int, int, int]  # x1, y1, x2, y2, pixels, x2 and y2 outside
INK_BGR = hex_to_bgr(INK_HEX)


def draw_faces(image_bgr: NDArray[np.uint8], faces: Sequence[Face]) -> NDArray[np.uint8]:
    """Draw every face's box and tag onto a copy of the picture.

    Line and text follow the size of face and picture. A tag stays inside the picture; where it would cover another
    tag or face, or dwarf its own, it says less: the label alone, then its symbol alone.

    Args:
        image_bgr: (H, W, 3) uint8; never changed.
        faces: Boxes in pixels of `image_bgr`.
    Returns:
        (H, W, 3) uint8, BGR; a new picture.
    """
    canvas = image_bgr.copy()
    height, width = canvas.shape[:2]
    boxes = [_pixels(face, width, height) for face in faces]
    for face, box in zip(faces, boxes, strict=True):
        _draw_box(canvas, box, LABEL_STYLES[style_key(face)])
    taken = np.array(boxes, np.int32).reshape(-1, 4)
    for index, (face, box) in enumerate(zip(faces, boxes, strict=True)):
        others = np.delete(taken, index, axis=0)
        tag_box = _draw_tag(canvas, face, box, others)
        if tag_box is not None:
            taken = np.vstack([taken, np.array(tag_box, np.int32)])
    return canvas


def _pixels(face: Face, width: int, height: int) -> Box:
    """The face's box in whole pixels inside the picture, at least one pixel wide and high."""
    x1, y1, x2, y2 = face.box
    left, top = min(max(0, round(x1)), width - 1), min(max(0, round(y1)), height - 1)
    return left, top, max(left + 1, min(width, round(x2))), max(top + 1, min(height, round(y2)))


def _line_width(box: Box, canvas: NDArray[np.uint8]) -> int:
    """2 pixels for a usual face at 640 pixels, in step with the picture; never so thick that it hides the face."""
    longer, side = float(max(canvas.shape[:2])), min(box[2] - box[0], box[3] - box[1])
    wanted = min(max(side * 0.022, longer / 360, 1.6), max(2.0, longer / 180))
    return max(1, round(min(wanted, side / 8)))


def _draw_box(canvas: NDArray[np.uint8], box: Box, style: LabelStyle) -> None:
    width = _line_width(box, canvas)
    halo = width + 2 * max(1, width // 3)  # a dark rim, so that no background swallows the colour
    if min(box[2] - box[0], box[3] - box[1]) > 4 * halo:
        _stroke(canvas, box, style, width=halo, color_bgr=INK_BGR)
    _stroke(canvas, box, style, width=width, color_bgr=style.color_bgr)


def _stroke(
    canvas: NDArray[np.uint8], box: Box, style: LabelStyle, *, width: int, color_bgr: tuple[int, int, int]
) -> None:
    x1, y1, x2, y2 = box[0], box[1], box[2] - 1, box[3] - 1
    if style.dash:
        dash, gap = (length * _line_width(box, canvas) for length in style.dash)
        lines = _dashes(x2 - x1, y2 - y1, dash, gap) + np.array([x1, y1], np.int32)
        cv2.polylines(canvas, list(lines), False, color_bgr, width)
    else:
        cv2.rectangle(canvas, (x1, y1), (x2, y2), color_bgr, width)
    if style.heavy_corners:
        reach = round(min(x2 - x1, y2 - y1) * 0.22)
        for x, inward in ((x1, reach), (x2, -reach)):
            for y, down in ((y1, reach), (y2, -reach)):
                cv2.line(canvas, (x, y), (x + inward, y), color_bgr, width * 2)
                cv2.line(canvas, (x, y), (x, y + down), color_bgr, width * 2)


def _dashes(width: int, height: int, dash: float, gap: float) -> NDArray[np.int32]:
    """The dashes around a box of `width` by `height` pixels at the origin: (N, 2, 2) int32, N lines of two points.

    Every side begins and ends with a dash, so that the corners are closed; at most 24 dashes a side.
    """
    across, down = _dashes_along(width, dash, gap), _dashes_along(height, dash, gap)
    lines = [np.stack([across, np.full_like(across, y)], axis=2) for y in (0, height)]
    lines += [np.stack([np.full_like(down, x), down], axis=2) for x in (0, width)]
    return np.concatenate(lines)


def _dashes_along(length: int, dash: float, gap: float) -> NDArray[np.int32]:
    """Beginnings and ends of the dashes along one side: (N, 2) int32."""
    count = min(24, max(1, round((length + gap) / (dash + gap))))
    share = dash / (dash + gap)
    period = length / (count - 1 + share)
    starts = np.arange(count) * period
    return np.stack([starts, starts + period * share], axis=1).round().astype(np.int32)


def _draw_tag(canvas: NDArray[np.uint8], face: Face, box: Box, others: NDArray[np.int32]) -> Box | None:
    """Draw the face's tag where it covers no other; return where it stands, None where the picture has no room."""
    key = style_key(face)
    longer, face_width = max(canvas.shape[:2]), box[2] - box[0]
    text_height = min(max(face_width * 0.13, longer * 0.026, 11.0), max(15.0, longer * 0.04))
    height = 2 * round(text_height * 0.7)
    place = None
    for words in (style_caption(face), LABEL_STYLES[key].text):
        tag_bgr = render_tag(key, words, height)
        if face_width >= 0.3 * tag_bgr.shape[1]:
            place = _free_place(tag_bgr, box, others, canvas)
        if place is not None:
            break
    else:
        tag_bgr = render_tag(key, "", max(9, min(height, face_width)))
        place = _free_place(tag_bgr, box, others, canvas) or _places(tag_bgr, box, canvas)[0]
    x, y = place
    tag_height, tag_width = tag_bgr.shape[:2]
    if x < 0 or y < 0:
        return None
    canvas[y : y + tag_height, x : x + tag_width] = tag_bgr
    return x, y, x + tag_width, y + tag_height


def _places(tag_bgr: NDArray[np.uint8], box: Box, canvas: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Top left corners where a tag may stand, best first: above, below, inside at the top, inside at the bottom."""
    height, width = canvas.shape[:2]
    tag_height, tag_width = tag_bgr.shape[:2]
    rim = _line_width(box, canvas)
    tops = (box[1] - tag_height - rim // 2, box[3] + rim // 2, box[1], box[3] - tag_height)
    x = min(max(0, box[0] - rim // 2), width - tag_width)
    inside = [(x, y) for y in tops if 0 <= y <= height - tag_height]
    return inside or [(x, min(max(0, box[1]), height - tag_height))]


def _free_place(
    tag_bgr: NDArray[np.uint8], box: Box, others: NDArray[np.int32], canvas: NDArray[np.uint8]
) -> tuple[int, int] | None:
    """The first place where the tag is inside the picture and covers no other tag or face."""
    tag_height, tag_width = tag_bgr.shape[:2]
    for x, y in _places(tag_bgr, box, canvas):
        apart = (
            (others[:, 0] >= x + tag_width)
            | (others[:, 2] <= x)
            | (others[:, 1] >= y + tag_height)
            | (others[:, 3] <= y)
        )
        if x >= 0 and y >= 0 and bool(apart.all()):
            return x, y
    return None
