"""How long the arithmetic alone would take: what no change of the program around it can beat."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np

SIDE = 1024
REPEATS = 30


def multiply_adds_per_ms() -> float:
    """Multiply-adds of float32 a millisecond, the fastest of some products of two large matrices."""
    left, right = np.random.default_rng(0).random((2, SIDE, SIDE), np.float32)
    best = np.inf
    for _ in range(REPEATS):
        began = perf_counter()
        left @ right
        best = min(best, perf_counter() - began)
    return SIDE**3 / (best * 1e3)


def count(sizes_hw: Sequence[tuple[int, int]], faces: int, *, crop_side: int) -> int:
    """Multiply-adds of one frame.

    Args:
        sizes_hw: Height and width of each picture that the detector is shown.
        faces: Crops that the classifier is shown.
        crop_side: Their side in pixels.
    """
    from tests.bench.measure import ROOT
    from training.models.arithmetic import multiply_adds
    from training.models.saved import load_network

    detector, classifier = (load_network(ROOT / "checkpoints" / f"{name}.keras") for name in ("detector", "classifier"))
    whole = sum(multiply_adds(detector, size) for size in sizes_hw)
    return whole + faces * multiply_adds(classifier, (crop_side, crop_side))
