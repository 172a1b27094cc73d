"""The same function in an arrangement that int8 kernels run faster.

A convolution of three colours at half of the picture's size keeps a processor's dot products, which take channels by
the dozen, mostly idle, and moves large thin maps through memory. So the first two convolutions, both of stride 2, are
written as two of 2x2 over blocks of 4x4 pixels (space-to-depth, Shi et al. 2016, arXiv:1609.05158, the other way
round): more multiplications, mostly by zero, in a third of the time. Maps are enlarged by depth-to-space instead of
joins along their sides, whose unknown lengths a graph has to reckon while it runs. And the detector's three heads are
one convolution, as a few channels cost as much as eight.
"""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from maskcore.classifier import CLASSIFIER_OUTPUT
from maskcore.detector import DETECTOR_OUTPUT, SIDES_FACTOR
from training.models.detector import Enlarge

FIRST, SECOND = "stem", "down0"  # the two convolutions of stride 2 that a network begins with
BLOCK = 4  # pixels a side


class _Blocks(layers.Layer):
    """A convolution of blocks of BLOCK x BLOCK pixels, whose pixels are its channels."""

    def __init__(self, filters: int, *, name: str):
        super().__init__(name=name)
        self.conv = layers.Conv2D(filters, 2, padding="same", use_bias=False)

    def build(self, shape):
        self.conv.build(self._blocks(shape))

    def call(self, x):
        return self.conv(tf.nn.space_to_depth(x, BLOCK))

    def compute_output_shape(self, shape):
        return self.conv.compute_output_shape(self._blocks(shape))

    def _blocks(self, shape):
        return (shape[0], *(side and side // BLOCK for side in shape[1:3]), shape[3] * BLOCK**2)


class _Spread(Enlarge):
    """What Enlarge does, without asking how large the map is."""

    def call(self, x):
        return tf.nn.depth_to_space(tf.concat([x] * 4, axis=3), 2)


def rearrange(network: keras.Model) -> keras.Model:
    """A network that gives what another gives, for graphs; needs Keras on TensorFlow.

    Args:
        network: A detector or classifier in float32, see training.models.saved.load_network.
    Returns:
        Model to one output by name: of a classifier CLASSIFIER_OUTPUT, its logits; of a detector DETECTOR_OUTPUT, the
        channels of its layers "heat", "sides" (times SIDES_FACTOR) and "labels".
    """
    names = {layer.name for layer in network.layers}
    # the preset `seed` begins otherwise
    arranged = _in_blocks(network) if {f"{FIRST}_conv", f"{SECOND}_conv"} <= names else network
    if network.name == "classifier":
        return keras.Model(arranged.input, {CLASSIFIER_OUTPUT: arranged.get_layer("logits").output})
    return keras.Model(arranged.input, {DETECTOR_OUTPUT: _one_head(arranged)})


def _in_blocks(network: keras.Model) -> keras.Model:
    arranged = keras.models.clone_model(network, clone_function=_arranged)
    for layer in network.layers:
        weights = layer.get_weights()
        if layer.name == f"{FIRST}_conv":
            weights = [over_blocks(weights[0], 2)]
        elif layer.name == f"{FIRST}_norm":
            weights = [np.tile(each, 4) for each in weights]
        elif layer.name == f"{SECOND}_conv":
            weights = [over_blocks(weights[0], 1)]
        arranged.get_layer(layer.name).set_weights(weights)
    return arranged


def _one_head(network: keras.Model) -> keras.KerasTensor:
    heads = [
        (network.get_layer(name), factor) for name, factor in (("heat", 1), ("sides", SIDES_FACTOR), ("labels", 1))
    ]
    kernels, biases = zip(*([factor * each for each in layer.get_weights()] for layer, factor in heads), strict=True)
    head = layers.Conv2D(sum(layer.filters for layer, _ in heads), 1, name=DETECTOR_OUTPUT)
    maps = head(heads[0][0].input)
    head.set_weights([np.concatenate(kernels, axis=3), np.concatenate(biases)])
    return maps


def over_blocks(kernel: np.ndarray, outputs: int) -> np.ndarray:
    """A 3x3 kernel of stride 2 as a 2x2 kernel over blocks.

    Args:
        kernel: (3, 3, C, F).
        outputs: Outputs a side that a block holds: a block is of 2 x outputs values a side.
    Returns:
        (2, 2, (2 x outputs)² C, outputs² F): values of a block row by row, and outputs likewise.
    """
    side, (channels, filters) = 2 * outputs, kernel.shape[2:]
    whole = np.zeros((2 * side, 2 * side, channels, outputs, outputs, filters), kernel.dtype)
    for row in range(outputs):
        for column in range(outputs):
            whole[2 * row : 2 * row + 3, 2 * column : 2 * column + 3, :, row, column] = kernel
    # rows and columns of values become those of blocks and, in a block, of values
    parts = whole.reshape(2, side, 2, side, channels, outputs**2 * filters).transpose(0, 2, 1, 3, 4, 5)
    return parts.reshape(2, 2, side**2 * channels, outputs**2 * filters)


def _arranged(layer: layers.Layer) -> layers.Layer:
    if layer.name == f"{FIRST}_conv":
        return _Blocks(layer.filters * 4, name=layer.name)
    if layer.name == f"{SECOND}_conv":
        return layers.Conv2D(layer.filters, 2, padding="same", use_bias=False, name=layer.name)
    if isinstance(layer, Enlarge):
        return _Spread(name=layer.name)
    return layer.__class__.from_config(layer.get_config())
