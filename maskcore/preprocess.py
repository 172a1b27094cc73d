"""What training and serving must share to the pixel: sizes, layouts and the way a crop is cut."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

DETECTOR_STRIDE = 4  # pixels of the detector's input a cell of its output covers
SIZE_MULTIPLE = 32  # the detector's input is a multiple of this, its deepest stride
WINDOW_MOST = 4096  # pixels; of a larger window pixels are passed over: a box far wider than high would take all memory


def fit_size(size_wh: tuple[int, int], *, longer_side: int) -> tuple[float, tuple[int, int]]:
    """The scale that brings a picture to the detector's input, and the size of that input.

    Args:
        size_wh: Picture width and height in pixels.
        longer_side: Longer side of the input, a multiple of 32.
    Returns:
        Scale, and width and height of the input, multiples of 32; the shorter side is rounded up and padded.
    """
    scale = longer_side / max(size_wh)
    width, height = (max(1, round(side * scale)) for side in size_wh)
    return scale, (round_up(width), round_up(height))


def round_up(side: int) -> int:
    """The next multiple of 32."""
    return math.ceil(side / SIZE_MULTIPLE) * SIZE_MULTIPLE


def letterbox(image_bgr: NDArray[np.uint8], *, longer_side: int) -> tuple[NDArray[np.uint8], float]:
    """Shrink or enlarge a picture to the detector's input, without distortion, at the top left on black.

    Args:
        image_bgr: (H, W, 3) uint8.
        longer_side: Longer side of the input, a multiple of 32.
    Returns:
        (h, w, 3) uint8 with h and w multiples of 32, and the scale from the picture to it.
    """
    height, width = image_bgr.shape[:2]
    scale, (input_width, input_height) = fit_size((width, height), longer_side=longer_side)
    inner = (min(input_width, max(1, round(width * scale))), min(input_height, max(1, round(height * scale))))
    if inner != (width, height):
        image_bgr = resize(image_bgr, inner)
    if inner == (input_width, input_height):
        return image_bgr, scale
    padded = np.zeros((input_height, input_width, 3), np.uint8)
    padded[: inner[1], : inner[0]] = image_bgr
    return padded, scale


def resize(image_bgr: NDArray[np.uint8], size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize; when shrinking, average first, so that fine print does not turn into noise.

    Halving by averages and then interpolating takes a tenth of the time of averaging by odd factors.

    Args:
        image_bgr: (H, W, 3) uint8.
        size_wh: Width and height wanted, in pixels, at least 1.
    Returns:
        (h, w, 3) uint8.
    """
    height, width = image_bgr.shape[:2]
    while width >= 2 * size_wh[0] and height >= 2 * size_wh[1]:
        even = image_bgr[: height // 2 * 2, : width // 2 * 2]
        height, width = height // 2, width // 2
        image_bgr = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
    if (width, height) == size_wh:
        return image_bgr
    return np.asarray(cv2.resize(image_bgr, size_wh, interpolation=cv2.INTER_LINEAR))


def shrink(image_bgr: NDArray[np.uint8], *, longer_side: int) -> NDArray[np.uint8]:
    """The picture with a longer side of so many pixels by averages, at least 1 x 1; as it is where it is no larger.

    Args:
        image_bgr: (H, W, 3) uint8.
        longer_side: In pixels, at least 1.
    Returns:
        (h, w, 3) uint8.
    """
    scale = longer_side / max(image_bgr.shape[:2])
    if scale >= 1:
        return image_bgr
    height, width = (max(1, round(side * scale)) for side in image_bgr.shape[:2])
    return np.asarray(cv2.resize(image_bgr, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def crop_faces(
    image_bgr: NDArray[np.uint8], boxes_xyxy: NDArray[np.float32], *, side: int, margin: float
) -> NDArray[np.uint8]:
    """Cut a square around each face: centred on the box, its longer side grown by a margin.

    Args:
        image_bgr: (H, W, 3) uint8.
        boxes_xyxy: (N, 4) float32, pixels.
        side: Side of a crop in pixels.
        margin: Share of the longer side added on every side, at least 0.
    Returns:
        (N, side, side, 3) uint8; what lies outside the picture repeats its edge.
    """
    crops = np.empty((len(boxes_xyxy), side, side, 3), np.uint8)
    low, high = boxes_xyxy[:, :2], boxes_xyxy[:, 2:]
    half = (high - low).max(axis=1, keepdims=True, initial=1) * np.float32(0.5 + margin)
    centres = (low + high) / 2
    windows = np.hstack([np.floor(centres - half), np.ceil(centres + half)]).astype(int).tolist()
    for crop, window in zip(crops, windows, strict=True):
        crop[:] = resize(_window(image_bgr, *window), (side, side))
    return crops


def _window(image_bgr: NDArray[np.uint8], left: int, top: int, right: int, bottom: int) -> NDArray[np.uint8]:
    height, width = image_bgr.shape[:2]
    # a box wholly outside would leave nothing to repeat: keep one pixel of the picture
    x1, x2 = min(max(left, 0), width - 1), max(min(right, width), 1)
    y1, y2 = min(max(top, 0), height - 1), max(min(bottom, height), 1)
    step = max(1, (right - left) // WINDOW_MOST)
    inner = image_bgr[y1:y2:step, x1:x2:step]
    above, below, before, after = (max(0, pad) // step for pad in (y1 - top, bottom - y2, x1 - left, right - x2))
    if not (above or below or before or after):
        return inner
    return np.asarray(cv2.copyMakeBorder(inner, above, below, before, after, cv2.BORDER_REPLICATE))
