"""The networks take any allowed size and say what their docstrings promise."""

import keras
import numpy as np
import pytest

from training.models.arithmetic import multiply_adds
from training.models.augmentation import Photometric
from training.models.classifier import PRESETS, build_classifier
from training.models.detector import build_detector


@pytest.mark.parametrize("size_hw", [(64, 96), (160, 32)], ids=["wide", "tall"])
def test_the_detector_takes_any_multiple_of_32(size_hw):
    height, width = size_hw
    maps = build_detector(labels=3)(np.zeros((2, height, width, 3), np.float32))
    assert tuple(maps.shape) == (2, height // 4, width // 4, 8)


def test_a_new_detector_finds_nothing():
    maps = np.asarray(
        build_detector(labels=3)(np.random.default_rng(0).uniform(-1, 1, (1, 64, 64, 3)).astype(np.float32))
    )
    assert (1 / (1 + np.exp(-maps[..., 0]))).max() < 0.5


@pytest.mark.parametrize("preset", PRESETS)
def test_a_classifier_gives_one_logit_a_label(preset):
    network = build_classifier(preset, labels=3)
    side = PRESETS[preset].shape.side
    assert tuple(network(np.zeros((4, side, side, 3), np.float32)).shape) == (4, 3)


def test_the_seed_network_is_the_original_one():
    layers = build_classifier("seed").layers
    convolutions = [(x.filters, x.kernel_size) for x in layers if x.__class__.__name__ == "Conv2D"]
    pools = [(x.pool_size, x.strides) for x in layers if x.__class__.__name__ == "MaxPooling2D"]
    dense = [x.units for x in layers if x.__class__.__name__ == "Dense"]
    assert PRESETS["seed"].shape.side == 50
    assert convolutions == [(50, (3, 3)), (100, (3, 3)), (150, (3, 3))]
    assert pools == [((3, 3), (2, 2))] * 3
    assert dense[:2] == [300, 500]


def test_augmentation_acts_in_training_only_and_stays_in_range():
    pixels = np.random.default_rng(0).uniform(-1, 1, (8, 32, 32, 3)).astype(np.float32)
    layer = Photometric(seed=1)
    np.testing.assert_array_equal(np.asarray(layer(pixels, training=False)), pixels)
    changed = np.asarray(layer(pixels, training=True))
    assert changed.min() >= -1
    assert changed.max() <= 1
    assert np.abs(changed - pixels).mean(axis=(1, 2, 3)).min() > 0.001


def test_augmentation_of_strength_0_changes_nothing():
    pixels = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(Photometric(0.0)(pixels, training=True)), pixels)


def test_multiply_adds_are_counted_by_hand():
    pixels = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same")(pixels)
    network = keras.Model(pixels, keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(x)))
    assert multiply_adds(network, (10, 20)) == (5 * 10 * 8) * (3 * 3 * 3) + 8 * 2


def test_a_picture_of_four_times_the_area_takes_four_times_the_arithmetic():
    network = build_detector(labels=3)
    assert multiply_adds(network, (128, 192)) == 4 * multiply_adds(network, (64, 96))
