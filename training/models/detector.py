"""The face detector: fully convolutional, anchor-free.

Plain residual 3x3 convolutions down to stride 32, a light top-down path back to stride 4 and one head there: a heat
map of face centres (CenterNet, Zhou et al. 2019, arXiv:1904.07850) and the distances from each cell to the four
sides of its face (FCOS, Tian et al. 2019, arXiv:1904.01355). Beside these it guesses how the mask is worn: a second
opinion to the classifier's, from more of the surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
from keras import layers, ops

from training.models.blocks import conv, residual

CENTRE_BIAS = -4.6  # a cell starts as a face with probability 0.01, so that the many empty cells don't drown the rest


@dataclass(frozen=True)
class DetectorConfig:
    """Widths and depths; strides are 4, 8, 16, 32.

    Attributes:
        stem: Channels at stride 2.
        widths: Channels at each stride.
        blocks: Residual blocks at each stride; stride 4 costs most and gains least.
        neck: Channels of the top-down path at strides 8 and up.
    """

    stem: int = 16
    widths: tuple[int, int, int, int] = (32, 48, 96, 128)
    blocks: tuple[int, int, int, int] = (0, 2, 2, 2)
    neck: int = 48


PRESETS = {"small": DetectorConfig()}


@keras.saving.register_keras_serializable("maskcore")
class Enlarge(layers.Layer):
    """Double height and width by nearest neighbour: (B, H, W, C) to (B, 2H, 2W, C).

    Joins and reshapes only: keras.ops.image.resize takes no size that is unknown when the graph is drawn.
    """

    def call(self, x):
        """Repeat each column, then each row."""
        height, width, channels = ops.shape(x)[1], ops.shape(x)[2], x.shape[3]
        wide = ops.reshape(ops.concatenate([x, x], axis=3), (-1, height, width * 2, channels))
        return ops.reshape(ops.concatenate([wide, wide], axis=2), (-1, height * 2, width * 2, channels))

    def compute_output_shape(self, shape):
        """Twice the height and width, where they are known."""
        double = [None if side is None else side * 2 for side in shape[1:3]]
        return (shape[0], *double, shape[3])


def build_detector(config: DetectorConfig | None = None, *, labels: int) -> keras.Model:
    """A detector with new weights.

    Args:
        config: Widths and depths; None is the small preset.
        labels: How many labels it tells apart.

    Returns:
        Model from (B, H, W, 3) float32 BGR in -1 to 1, H and W multiples of 32, to (B, H/4, W/4, 5 + labels): the
        output of layer "heat", logits of face centres, of layer "sides", natural logarithms of the distances from the
        cell's centre to left, top, right and bottom, in strides, and of layer "labels", logits of the labels.
    """
    config = config or PRESETS["small"]
    pixels = keras.Input((None, None, 3), name="pixels")
    x = conv(pixels, config.stem, stride=2, name="stem")
    stages = []
    for number, (width, depth) in enumerate(zip(config.widths, config.blocks, strict=True)):
        x = conv(x, width, stride=2, name=f"down{number}")
        for block in range(depth):
            x = residual(x, width, name=f"stage{number}_{block}")
        stages.append(x)

    x = conv(stages[-1], config.neck, size=1, name="top")
    for number in (2, 1, 0):
        width = config.neck if number else config.widths[0]
        if number == 0:
            x = conv(x, width, size=1, name="narrow")
        side = conv(stages[number], width, size=1, relu=False, name=f"side{number}")
        x = layers.ReLU(name=f"join{number}_relu")(
            layers.Add(name=f"join{number}")([side, Enlarge(name=f"enlarge{number}")(x)])
        )
        x = conv(x, width, name=f"mix{number}")
    bias = keras.initializers.Constant(CENTRE_BIAS)
    heat = layers.Conv2D(1, 1, bias_initializer=bias, dtype="float32", name="heat")(x)
    sides = layers.Conv2D(4, 1, bias_initializer="ones", dtype="float32", name="sides")(x)
    told = layers.Conv2D(labels, 1, dtype="float32", name="labels")(x)
    return keras.Model(pixels, layers.Concatenate(dtype="float32", name="maps")([heat, sides, told]), name="detector")
