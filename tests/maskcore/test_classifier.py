"""Crops are told alike whatever company they are in."""

import numpy as np
import pytest

from maskcore.classifier import EXACT, MOST, Classifier
from maskcore.models import ClassifierSpec

SPEC = ClassifierSpec(file="", sha256="", side=4, margin=0.0)


class MeanGraph:
    """Stands in for a graph: its logits are the mean brightness of a crop and two constants."""

    def __init__(self):
        self.batches = []

    def run(self, crops):
        self.batches.append(len(crops))
        mean = crops.mean(axis=(1, 2, 3))
        return {"logits": np.stack([mean, np.full_like(mean, 50), np.zeros_like(mean)], axis=1).astype(np.float32)}


@pytest.mark.parametrize("count", [0, 1, EXACT, EXACT + 1, MOST, MOST + 5])
def test_every_crop_gets_its_own_row(count):
    graph = MeanGraph()
    crops = np.repeat(np.arange(count, dtype=np.uint8), 48).reshape(count, 4, 4, 3)
    rows = Classifier(graph, SPEC, label_count=3).logits(crops)
    assert rows.shape == (count, 3)
    np.testing.assert_allclose(rows[:, 0] - rows[:, 1], np.arange(count) - 50, atol=1e-3)


def test_batches_come_in_few_shapes():
    graph = MeanGraph()
    classifier = Classifier(graph, SPEC, label_count=3)
    for count in range(1, 150):
        classifier.logits(np.zeros((count, 4, 4, 3), np.uint8))
    assert len(set(graph.batches)) <= 24
    assert max(graph.batches) <= MOST
