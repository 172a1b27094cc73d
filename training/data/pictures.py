"""Decoded training pictures, kept in memory up to a budget."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskcore.errors import ImageDecodeError, InputError
from maskcore.imaging import load_image
from maskcore.preprocess import shrink

LONGER_SIDE = 640  # larger pictures are shrunk to this as they are read
BUDGET_BYTES = 6 << 30
MAX_MB, MAX_MEGAPIXELS = 100, 200  # photographs of a data set are trusted to be large


class Pictures:
    """Reads pictures by path; the first ones read stay in memory until the budget is spent. Safe between threads."""

    def __init__(self, *, budget_bytes: int = BUDGET_BYTES):
        self._kept: dict[str, tuple[NDArray[np.uint8], float]] = {}
        self._left = budget_bytes
        self._lock = threading.Lock()

    def read(self, path: str) -> tuple[NDArray[np.uint8], float]:
        """One picture as (H, W, 3) uint8 BGR, not to be written to.

        Returns:
            The picture, and the scale from the file's pixels to its pixels, at most 1.
        Raises:
            ImageDecodeError: The file is no picture that maskcore.imaging reads, or larger than anybody's photograph.
        """
        kept = self._kept.get(path)
        if kept is None:
            kept = _load(path)
            with self._lock:
                if kept[0].nbytes <= self._left:
                    self._left -= kept[0].nbytes
                    self._kept[path] = kept
        return kept


def _load(path: str) -> tuple[NDArray[np.uint8], float]:
    try:
        image_bgr = load_image(Path(path), max_mb=MAX_MB, max_megapixels=MAX_MEGAPIXELS)
    except InputError as error:
        raise ImageDecodeError(f"{error} Or leave it out of the data set.") from error
    scale = min(1.0, LONGER_SIDE / max(image_bgr.shape[:2]))
    return shrink(image_bgr, longer_side=LONGER_SIDE), scale
