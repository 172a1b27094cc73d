"""Whether a probability means what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BINS = 15


def reliability(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> pd.DataFrame:
    """What was claimed and what came true, in bins of equal width.

    Args:
        probability: (N,) of what was said, 0 to 1.
        right: (N,) whether it was so.
    Returns:
        A row for each bin that is not empty: claimed (mean probability), true (share right), faces.
    """
    bins = np.minimum((np.asarray(probability) * BINS).astype(int), BINS - 1)
    rows = pd.DataFrame({"claimed": probability, "true": right, "faces": 1.0}).groupby(bins)
    return rows.agg({"claimed": "mean", "true": "mean", "faces": "sum"}).astype(float)


def calibration_error(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error, 0 to 1: the mean gap between claimed and true (Naeini et al. 2015)."""
    rows = reliability(probability, right)
    if rows.empty:
        return float("nan")
    return float((rows["faces"] * (rows["claimed"] - rows["true"]).abs()).sum() / rows["faces"].sum())


def coverage(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> pd.DataFrame:
    """How often the answer is right if only the surest faces are answered.

    Returns:
        A row for each tenth of the faces answered: answered (share, 0.1 to 1), right (share of those).
    """
    order = np.argsort(-np.asarray(probability), kind="stable")
    so_far = np.cumsum(np.asarray(right)[order]) / np.arange(1, len(order) + 1)
    shares = np.arange(1, 11) / 10
    places = np.maximum(1, np.round(shares * len(order)).astype(int)) - 1
    return pd.DataFrame({"answered": shares, "right": so_far[places] if len(order) else np.nan})
