"""What an explanation points at is what the classifier looks at, and it costs one batch."""

from __future__ import annotations

import numpy as np
import pytest

from maskcore import Label, MaskDetector
from maskcore.classifier import MOST, Classifier
from maskcore.explain import AGAINST_BGR, FOR_BGR, GRID, SHOWN_SIDE, Explainer, Explanation, draw_explanation
from maskcore.imaging import load_image
from maskcore.samples import SAMPLES
from tests.factories import make_face, make_picture


class LowerHalf:
    """Stands in for the classifier's graph: the brightness of the lower half speaks for the first label."""

    def __init__(self):
        self.batches = []

    def run(self, crops):
        self.batches.append(len(crops))
        lower = crops[:, crops.shape[1] // 2 :].mean(axis=(1, 2, 3)) / 32
        return {"logits": np.stack([lower, np.zeros_like(lower), np.zeros_like(lower)], axis=1).astype(np.float32)}


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return Explainer(None, threads=2)


@pytest.fixture
def made(monkeypatch):
    explainer, graph = Explainer(None, threads=1), LowerHalf()
    spec = explainer._classifier.spec
    monkeypatch.setattr(explainer, "_classifier", Classifier(graph, spec, label_count=3))
    return explainer, graph


def bright_below(size=128):
    image_bgr = np.zeros((size, size, 3), np.uint8)
    image_bgr[size // 2 :] = 255
    return image_bgr


def halves(weights):
    middle = len(weights) // 2
    return weights[:middle].mean(), weights[middle:].mean()


@pytest.mark.parametrize(("label", "sign"), [(0, 1), (1, -1)], ids=["the label it speaks for", "another"])
def test_what_counts_is_pointed_at(made, label, sign):
    explainer, _ = made
    face = make_face(box=(32.0, 32.0, 96.0, 96.0), label=explainer._labels[label])
    upper, lower = halves(explainer.explain(bright_below(), face).weights)
    assert sign * lower > 0.1 and abs(upper) < abs(lower) / 3


def test_one_face_costs_one_batch(made):
    explainer, graph = made
    explainer.explain(bright_below(), make_face())
    assert len(graph.batches) == 1 and GRID**2 < graph.batches[0] <= MOST


def test_a_face_at_the_edge_and_a_tiny_one_can_be_explained(explainer):
    for box in ((-5.0, -5.0, 20.0, 20.0), (10.0, 10.0, 11.0, 11.0)):
        explanation = explainer.explain(make_picture((64, 48)), make_face(box=box))
        assert np.isfinite(explanation.weights).all()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_on_portraits_nose_or_mouth_count_most(explainer, sample):
    image_bgr = load_image(sample.path, max_mb=10, max_megapixels=25)
    (face,) = MaskDetector().detect(image_bgr).faces
    weights = explainer.explain(image_bgr, face).weights
    down, across = np.array(np.unravel_index(weights.argmax(), weights.shape)) / len(weights)
    assert 0.35 < down < 0.8 and 0.3 < across < 0.7


def test_the_picture_is_coloured_where_it_counts():
    grey = np.full((32, 32, 3), 128, np.uint8)
    weights = np.zeros((32, 32), np.float32)
    weights[:8], weights[-8:] = 2.0, -2.0
    drawn = draw_explanation(Explanation(grey, weights)).astype(int)
    assert drawn.shape == (SHOWN_SIDE, SHOWN_SIDE, 3)
    for row, color in ((SHOWN_SIDE // 16, FOR_BGR), (-SHOWN_SIDE // 16, AGAINST_BGR)):
        assert np.abs(drawn[row, 100] - color).max() < np.abs(grey[0, 0] - np.array(color)).max()
    np.testing.assert_allclose(drawn[SHOWN_SIDE // 2, 100], 128, atol=3)


def test_where_nothing_counts_nothing_is_coloured():
    grey = np.full((32, 32, 3), 128, np.uint8)
    assert (draw_explanation(Explanation(grey, np.zeros((32, 32), np.float32))) == 128).all()


def test_labels_are_those_of_the_model(explainer):
    assert set(explainer._labels) == set(Label)
