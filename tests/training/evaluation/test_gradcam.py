"""Grad-CAM lights up where a classifier's answer comes from, for the label asked about, and nowhere else."""

from __future__ import annotations

import io
import subprocess
import sys

import keras
import numpy as np
import pytest

from maskcore.types import Label
from training.data.table import LABELS
from training.errors import RunError
from training.evaluation.gradcam import gradcam
from training.models.classifier import PRESETS, build_classifier
from training.runs.queue import CHECKOUT

NOTHING = {"small": 127, "seed": 0}  # what the first layer takes for 0, so that it alone raises no map


def speaking_for(preset: str, label: Label) -> keras.Model:
    """A network in which everything that its convolutions see speaks for one label and against the others."""
    keras.utils.set_random_seed(1)
    network = build_classifier(preset, labels=len(LABELS))
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dense):
            kernel, bias = layer.get_weights()
            layer.set_weights([np.abs(kernel), bias])
    signs = np.where(np.array(LABELS) == label, 1, -1).astype(np.float32)
    logits = network.get_layer("logits")
    logits.set_weights([logits.get_weights()[0] * signs, logits.get_weights()[1]])
    return network


def crop_with_a_mark(preset: str, *, x: float, y: float) -> np.ndarray:
    """Nothing but a bright square around a place, as shares of the side."""
    side = PRESETS[preset].shape.side
    crop_bgr = np.full((side, side, 3), NOTHING[preset], np.uint8)
    left, top, half = round(x * side), round(y * side), side // 10
    crop_bgr[top - half : top + half, left - half : left + half] = 255
    return crop_bgr


@pytest.mark.parametrize("preset", PRESETS)
def test_the_place_that_the_answer_comes_from_lights_up(preset: str) -> None:
    side, places = PRESETS[preset].shape.side, [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    network = speaking_for(preset, Label.NO_MASK)

    maps = gradcam(network, np.stack([crop_with_a_mark(preset, x=x, y=y) for x, y in places]), Label.NO_MASK)

    assert maps.shape == (4, side, side) and maps.dtype == np.float32
    assert maps.min() >= 0 and (maps.max(axis=(1, 2)) == 1).all()
    for heat, (x, y) in zip(maps, places, strict=True):
        down, across = (lit.mean() / side for lit in np.nonzero(heat > 0.5))
        assert across == pytest.approx(x, abs=0.1) and down == pytest.approx(y, abs=0.1)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_label_that_nothing_speaks_for_stays_dark(preset: str) -> None:
    network = speaking_for(preset, Label.NO_MASK)
    crop_bgr = crop_with_a_mark(preset, x=0.5, y=0.5)

    assert not gradcam(network, crop_bgr[None], Label.MASK).any()


def test_no_crops_give_no_maps() -> None:
    assert gradcam(build_classifier("seed"), np.zeros((0, 50, 50, 3), np.uint8), Label.MASK).shape == (0, 50, 50)


@pytest.mark.parametrize(
    "crops_bgr",
    [np.zeros((1, 64, 64, 3), np.uint8), np.zeros((1, 50, 50, 3), np.float32), np.zeros((50, 50, 3), np.uint8)],
    ids=["size", "dtype", "one crop"],
)
def test_crops_that_the_network_does_not_see_are_refused_in_words(crops_bgr: np.ndarray) -> None:
    with pytest.raises(RunError, match=r"Expected crops of \(N, 50, 50, 3\) uint8"):
        gradcam(build_classifier("seed"), crops_bgr, Label.MASK)


@pytest.mark.parametrize("layer", [keras.layers.Flatten(), keras.layers.Conv2D(3, 3)], ids=["no maps", "no logits"])
def test_a_network_that_is_no_classifier_is_refused_in_words(layer: keras.Layer) -> None:
    pixels = keras.Input((50, 50, 3))
    other = layer(pixels)

    with pytest.raises(RunError, match="classifier"):
        gradcam(keras.Model(pixels, other), np.zeros((1, 50, 50, 3), np.uint8), Label.MASK)


@pytest.mark.slow
def test_as_a_program_it_reads_crops_and_writes_maps() -> None:
    crops_bgr = io.BytesIO()
    np.save(crops_bgr, np.full((2, 64, 64, 3), 90, np.uint8))

    done = subprocess.run(
        [sys.executable, "-m", "training.evaluation.gradcam", "checkpoints/classifier.keras", "mask"], cwd=CHECKOUT,
        input=crops_bgr.getvalue(), capture_output=True, check=True,
    )  # fmt: skip

    assert np.load(io.BytesIO(done.stdout)).shape == (2, 64, 64)
