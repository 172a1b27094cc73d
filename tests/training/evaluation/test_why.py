"""The network behind a model is found where it was exported from, and asked in a process of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskcore.explain import Explainer
from maskcore.imaging import load_image
from maskcore.models import SHIPPED, load_manifest
from maskcore.preprocess import crop_faces
from maskcore.samples import SAMPLES
from maskcore.types import Face, Label
from training.evaluation import why
from training.evaluation.why import ask_gradcam, keras_classifier
from training.publish import CHECKPOINTS


def test_a_model_of_a_run_has_the_network_of_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(why, "RUNS_ROOT", tmp_path)
    network = tmp_path / "run" / "model" / "classifier.keras"
    assert keras_classifier(tmp_path / "models" / "run") is None
    network.parent.mkdir(parents=True)
    network.touch()

    assert keras_classifier(tmp_path / "models" / "run") == network
    assert keras_classifier(SHIPPED) == CHECKPOINTS / "classifier.keras"


@pytest.mark.slow
def test_gradients_and_hiding_agree_about_a_portrait_with_a_mask() -> None:
    spec, sample = load_manifest(SHIPPED).classifier, next(each for each in SAMPLES if each.name == "astronaut_masked")
    image_bgr = load_image(sample.path, max_mb=10, max_megapixels=25)
    face = Face((179.0, 72.0, 271.0, 178.0), 0.9, Label.MASK, {}, None)
    hidden = Explainer(SHIPPED, threads=1).explain(image_bgr, face)
    (crop_bgr,) = crop_faces(image_bgr, np.array([face.box], np.float32), side=spec.side, margin=spec.margin)

    told = ask_gradcam(CHECKPOINTS / "classifier.keras", crop_bgr, Label.MASK)

    assert told.shape == (spec.side, spec.side) and told.max() == 1
    decisive = hidden.weights > hidden.weights.max() / 2  # the mouth; gradients may name surroundings beside it
    assert told[decisive].mean() > 1.2 * told.mean()
