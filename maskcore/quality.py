"""Why the labels of faces should not be trusted."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.models import Thresholds
from maskcore.types import Uncertain


def doubts(
    crops_bgr: NDArray[np.uint8],
    *,
    shorter_sides: NDArray[np.float32],
    probabilities: NDArray[np.float32],
    thresholds: Thresholds,
) -> list[Uncertain | None]:
    """Of each face the first reason not to trust its label, or None.

    Args:
        crops_bgr: (N, side, side, 3) uint8, what the classifier saw.
        shorter_sides: (N,), of the faces' boxes, pixels of the picture.
        probabilities: (N,), of the most probable labels, 0 to 1.
        thresholds: Of the model.
    """
    greys = grey(crops_bgr)

    def reason(number: int, bright: float) -> Uncertain | None:
        if shorter_sides[number] < thresholds.small:
            return Uncertain.SMALL
        if bright < thresholds.dark:
            return Uncertain.DARK
        if probabilities[number] >= thresholds.unsure:
            return None
        return Uncertain.BLURRED if sharpness(greys[number]) < thresholds.blurred else Uncertain.UNSURE

    return [reason(number, bright) for number, bright in enumerate(brightness(greys).tolist())]


def grey(crops_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, side, side) uint8 of (N, side, side, 3) crops, all in one call."""
    count, side = crops_bgr.shape[:2]
    if not count:
        return np.zeros((0, side, side), np.uint8)
    return np.asarray(cv2.cvtColor(crops_bgr.reshape(-1, side, 3), cv2.COLOR_BGR2GRAY), np.uint8).reshape(
        -1, side, side
    )


def brightness(greys: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N,) mean brightness, 0 to 255, of the middle of (N, side, side) crops: faces without their surroundings."""
    quarter = greys.shape[1] // 4
    middle = greys[:, quarter:-quarter, quarter:-quarter]
    return np.asarray(middle.mean(axis=(1, 2)))


def sharpness(crop: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian divided by the variance of the brightness (Pech-Pacheco et al. 2000), at least 0."""
    spread = float(crop.var()) + 1.0
    return float(cv2.Laplacian(crop, cv2.CV_32F).var()) / spread
