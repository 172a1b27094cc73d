"""Zones, lines and their counts on a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.styles import INK_HEX, hex_to_bgr
from maskcore.tags import render_text
from maskcore.tracking.zones import Line, Way, Zone

PAPER_BGR = (255, 255, 255)
INK_BGR = hex_to_bgr(INK_HEX)


def draw_zones(
    image_bgr: NDArray[np.uint8], zones: Sequence[Zone], lines: Sequence[tuple[Line, Mapping[Way, int]]]
) -> NDArray[np.uint8]:
    """Draw areas, and lines with an arrow towards "in" and their counts, onto the picture itself.

    Args:
        image_bgr: (H, W, 3) uint8; drawn on.
        zones: Areas.
        lines: Lines with who crossed them.
    Returns:
        `image_bgr`.
    """
    size = np.array([image_bgr.shape[1], image_bgr.shape[0]])
    width = max(1, round(max(size) / 400))
    for zone in zones:
        corners = np.round(np.array(zone.points) * size).astype(np.int32)
        _stroke(image_bgr, corners, width=width, closed=True)
        _write(image_bgr, zone.name, corners[corners[:, 1].argmin()])
    for line, counts in lines:
        start, end = (np.array(point) * size for point in (line.start, line.end))
        along = end - start
        inward = np.array([-along[1], along[0]]) / max(np.hypot(*along), 1e-9)
        middle, reach = (start + end) / 2, max(size) / 24
        _stroke(image_bgr, np.round([start, end]).astype(np.int32), width=width, closed=False)
        for color, thick in ((INK_BGR, width + 2), (PAPER_BGR, width)):
            cv2.arrowedLine(
                image_bgr, _point(middle), _point(middle + inward * reach), color, thick, cv2.LINE_AA, 0, 0.4
            )
        words = f"{line.name}: {counts.get(Way.IN, 0)} in, {counts.get(Way.OUT, 0)} out"
        _write(image_bgr, words, np.round(start).astype(int))
    return image_bgr


def _stroke(image_bgr: NDArray[np.uint8], points: NDArray[np.int32], *, width: int, closed: bool) -> None:
    for color, thick in ((INK_BGR, width + 2), (PAPER_BGR, width)):
        cv2.polylines(image_bgr, [points], closed, color, thick, cv2.LINE_AA)


def _write(image_bgr: NDArray[np.uint8], words: str, at_xy: NDArray[np.int32]) -> None:
    text = render_text(words, max(16, round(max(image_bgr.shape[:2]) / 36)))
    height, width = text.shape[:2]
    x = min(max(0, int(at_xy[0])), max(0, image_bgr.shape[1] - width))
    y = min(max(0, int(at_xy[1]) - height), max(0, image_bgr.shape[0] - height))
    part = image_bgr[y : y + height, x : x + width]
    part[:] = text[: part.shape[0], : part.shape[1]]


def _point(xy: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(xy[0])), round(float(xy[1]))
