"""The classifiers: how a face wears its mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import layers

from training.models.blocks import conv, residual
from training.models.shapes import CLASSIFIER_SHAPES, ClassifierShape


@keras.saving.register_keras_serializable("maskcore")
class Grey(layers.Layer):
    """Brightness of BGR in -1 to 1, as 0 to 1: (B, H, W, 3) to (B, H, W, 1), weights of ITU-R BT.601."""

    def call(self, x):
        """Weigh the three colours."""
        blue, green, red = (x[..., i : i + 1] for i in range(3))
        return (0.114 * blue + 0.587 * green + 0.299 * red + 1) / 2


def _small(shape: ClassifierShape, labels: int) -> keras.Model:
    """Residual 3x3 convolutions from stride 4 to 16, mean over the face."""
    pixels = keras.Input((shape.side, shape.side, 3), name="pixels")
    x = conv(pixels, 16, stride=2, name="stem")
    for number, (width, depth) in enumerate(((24, 1), (64, 2), (96, 2))):
        x = conv(x, width, stride=2, name=f"down{number}")
        for block in range(depth):
            x = residual(x, width, name=f"stage{number}_{block}")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dropout(0.2, name="dropout")(x)
    return keras.Model(pixels, layers.Dense(labels, dtype="float32", name="logits")(x), name="classifier")


def _seed(shape: ClassifierShape, labels: int) -> keras.Model:
    """The student's project that this product began with: grey 50x50 crops, three convolutions, two dense layers.

    Its last sigmoid belongs to the loss here (training works on logits), so that both presets train, calibrate and
    export alike; with three labels it becomes a softmax.
    """
    pixels = keras.Input((shape.side, shape.side, 3), name="pixels")
    x = Grey(name="grey")(pixels)
    for number, filters in enumerate((50, 100, 150)):
        x = layers.Conv2D(filters, 3, activation="relu", name=f"conv{number}")(x)
        x = layers.MaxPooling2D(3, strides=2, name=f"pool{number}")(x)
    x = layers.Flatten(name="flat")(x)
    for number, units in enumerate((300, 500)):
        x = layers.Dense(units, activation="relu", name=f"dense{number}")(x)
    return keras.Model(pixels, layers.Dense(labels, dtype="float32", name="logits")(x), name="classifier")


@dataclass(frozen=True)
class ClassifierPreset:
    """A shape and the function that builds a network of it."""

    shape: ClassifierShape
    build: Callable[[ClassifierShape, int], keras.Model]


PRESETS = {
    "small": ClassifierPreset(CLASSIFIER_SHAPES["small"], _small),
    "seed": ClassifierPreset(CLASSIFIER_SHAPES["seed"], _seed),
}


def build_classifier(preset: str = "small", *, labels: int = 3) -> keras.Model:
    """A classifier with new weights.

    Args:
        preset: One of PRESETS.
        labels: How many there are.
    Returns:
        Model from (B, side, side, 3) float32 BGR in -1 to 1 to (B, labels) logits.
    """
    chosen = PRESETS[preset]
    return chosen.build(chosen.shape, labels)


def preset_of(network: keras.Model) -> str:
    """The name of the preset that a classifier was built from, told by the side of its crops."""
    side = network.input.shape[1]
    return next(name for name, preset in PRESETS.items() if preset.shape.side == side)
