"""From face crops to how their masks are worn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskcore.models import ClassifierSpec
from maskcore.runtime import Graph

CLASSIFIER_OUTPUT = "logits"  # of its graph
EXACT = 8  # batches up to this size are run as they are
STEP = 4  # larger ones are filled up to a multiple of it
MOST = 64  # crops run at once


class Classifier:
    """Tells how faces wear their masks.

    Args:
        graph: From crops to CLASSIFIER_OUTPUT (B, labels).
        spec: Size of a crop and calibration.
        label_count: Labels that the model folder names.
    """

    def __init__(self, graph: Graph, spec: ClassifierSpec, *, label_count: int):
        self._graph, self.spec, self._label_count = graph, spec, label_count

    def logits(self, crops_bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Logits of the labels, not calibrated.

        Args:
            crops_bgr: (N, side, side, 3) uint8 from maskcore.preprocess.crop_faces; N may be 0.
        Returns:
            (N, labels) float32 in the model's order.
        """
        parts = [self._logits(crops_bgr[at : at + MOST]) for at in range(0, len(crops_bgr), MOST)]
        return np.concatenate(parts) if parts else np.zeros((0, self._label_count), np.float32)

    def _logits(self, crops_bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        count = len(crops_bgr)
        padded = count if count <= EXACT else -(-count // STEP) * STEP
        if padded > count:  # few shapes, so that the runtime rarely has to make a new interpreter
            crops_bgr = np.concatenate([crops_bgr, np.zeros((padded - count, *crops_bgr.shape[1:]), np.uint8)])
        return self._graph.run(crops_bgr)[CLASSIFIER_OUTPUT][:count]
