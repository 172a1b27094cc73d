"""Two opinions on how a mask is worn, the detector's and the classifier's, made one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskcore.models import Pool


def sure(whole_logits: NDArray[np.float32], pool: Pool) -> NDArray[np.bool_]:
    """Of which faces the detector is so sure that the classifier need not be asked.

    A cascade as of Viola and Jones (2001): most faces are easy, and the detector has looked at them already.

    Args:
        whole_logits: (N, labels) float32 of the detector; NaN in rows of faces that it does not see.
        pool: Of the model.
    Returns:
        (N,) bool.
    """
    return np.asarray(probabilities(pool.alone * whole_logits).max(axis=1, initial=0) > pool.sure)


def pooled(
    crop_logits: NDArray[np.float32], whole_logits: NDArray[np.float32], *, pool: Pool, temperature: float
) -> NDArray[np.float32]:
    """Probabilities of labels by what is known: both opinions, or the one that there is.

    Args:
        crop_logits: (N, labels) float32 of the classifier; NaN in rows of faces that it was not asked about.
        whole_logits: (N, labels) float32 of the detector; NaN in rows of faces that it does not see.
        pool: Of the model.
        temperature: Of the classifier alone.
    Returns:
        (N, labels) float32; each row sums to 1.
    """
    alone = np.where(np.isnan(crop_logits), pool.alone * whole_logits, crop_logits / temperature)
    both = pool.crop * crop_logits + pool.whole * whole_logits
    return probabilities(np.where(np.isnan(both), alone, both))


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, labels) float32 probabilities of (N, labels) logits; each row sums to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
