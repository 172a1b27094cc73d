"""Frames with a known number of faces, laid out from the public-domain portraits that ship with the code."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.imaging import load_image
from maskcore.samples import SAMPLES

FRAME_WH = (640, 480)
FACES = 5  # of the usual scene
# Square of each portrait that holds head and shoulders: x, y, side in pixels.
HEADS = {
    "astronaut": (110, 0, 230),
    "astronaut_masked": (110, 0, 230),
    "grace_hopper": (40, 20, 430),
    "grace_hopper_masked": (40, 20, 430),
}


def crowd(faces: int) -> NDArray[np.uint8]:
    """A frame of FRAME_WH with so many heads in rows on grey.

    Returns:
        (480, 640, 3) uint8, BGR.
    """
    heads = [head(sample.name) for sample in SAMPLES]
    width, height = FRAME_WH
    columns = next(count for count in itertools.count(1) if count * (height // (width // count)) >= faces)
    side = width // columns
    frame_bgr = np.full((height, width, 3), 127, np.uint8)
    for number in range(faces):
        row, column = divmod(number, columns)
        tile = cv2.resize(heads[number % len(heads)], (side, side), interpolation=cv2.INTER_AREA)
        frame_bgr[row * side : (row + 1) * side, column * side : (column + 1) * side] = tile
    return frame_bgr


def head(name: str) -> NDArray[np.uint8]:
    """Head and shoulders of a sample portrait: (side, side, 3) uint8, BGR."""
    path = next(sample.path for sample in SAMPLES if sample.name == name)
    x, y, side = HEADS[name]
    return load_image(path, max_mb=1, max_megapixels=1)[y : y + side, x : x + side]
