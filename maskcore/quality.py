"""Why a face's label should not be trusted."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.models import Thresholds
from maskcore.types import Uncertain


def doubt(
    crop_bgr: NDArray[np.uint8], *, shorter_side: float, probability: float, thresholds: Thresholds
) -> Uncertain | None:
    """The first reason not to trust a label, or None.

    Args:
        crop_bgr: (side, side, 3) uint8, what the classifier saw.
        shorter_side: Of the face's box, pixels of the picture.
        probability: Of the most probable label, 0 to 1.
        thresholds: Of the model.
    """
    if shorter_side < thresholds.small:
        return Uncertain.SMALL
    grey = np.asarray(cv2.cvtColor(crop_bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    if brightness(grey) < thresholds.dark:
        return Uncertain.DARK
    if probability >= thresholds.unsure:
        return None
    return Uncertain.BLURRED if sharpness(grey) < thresholds.blurred else Uncertain.UNSURE


def brightness(grey: NDArray[np.uint8]) -> float:
    """Mean brightness of the middle of a crop, 0 to 255: the face without its surroundings."""
    side = grey.shape[0]
    return float(grey[side // 4 : -side // 4, side // 4 : -side // 4].mean())


def sharpness(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian divided by the variance of the brightness (Pech-Pacheco et al. 2000), at least 0."""
    spread = float(grey.var()) + 1.0
    return float(cv2.Laplacian(grey, cv2.CV_32F).var()) / spread
