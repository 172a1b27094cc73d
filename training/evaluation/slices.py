"""Parts of the known faces that are told apart in the report: by size and by light."""

from __future__ import annotations

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.data.table import BOX

SIZES = {"under 12": 0, "12 to 20": 12, "20 to 33": 20, "33 to 64": 33, "64 and more": 64}  # pixels from which on
DARK = 70.0  # mean brightness of a face, 0 to 255
BACKLIT = 60.0  # by so much the surroundings are brighter than the face


def size_of(sides: NDArray[np.float64]) -> pd.Categorical:
    """The names in SIZES of (N,) shorter sides in pixels; missing where NaN."""
    return pd.cut(np.asarray(sides, float), [*SIZES.values(), np.inf], right=False, labels=list(SIZES))


def shorter_sides(faces: pd.DataFrame) -> NDArray[np.float64]:
    """(N,) float64 pixels, NaN without a box."""
    boxes = faces[BOX].to_numpy(float)
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).min(axis=1))


def light_of(image_bgr: NDArray[np.uint8], box_xyxy: NDArray[np.float32]) -> str:
    """`dark`, `backlit` or `usual`, by the brightness of a face and of what is around it.

    Args:
        image_bgr: (H, W, 3) uint8.
        box_xyxy: (4,) the face in pixels.
    """
    height, width = image_bgr.shape[:2]
    x1, y1, x2, y2 = box_xyxy
    grown = np.array([x1 - (x2 - x1), y1 - (y2 - y1), x2 + (x2 - x1), y2 + (y2 - y1)])
    left, top, right, bottom = np.clip(grown, 0, [width, height, width, height]).astype(int)
    grey = cv2.cvtColor(image_bgr[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    inner = grey[max(0, int(y1) - top) : int(np.ceil(y2)) - top, max(0, int(x1) - left) : int(np.ceil(x2)) - left]
    face = float(inner.mean())
    around = (float(grey.sum()) - float(inner.sum())) / max(1, grey.size - inner.size)
    if face < DARK:
        return "dark"
    return "backlit" if around - face > BACKLIT else "usual"
