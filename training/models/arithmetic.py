"""How much a network calculates."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers


def multiply_adds(network: keras.Model, size_hw: tuple[int, int]) -> int:
    """Multiply-adds of the convolutions and dense layers for one picture; what is added to them is small beside.

    Args:
        network: A detector or classifier.
        size_hw: Height and width of the picture in pixels.
    """
    sized = keras.models.clone_model(network, input_tensors=keras.Input((*size_hw, 3), dtype="float32"))
    total = 0
    for layer in sized.layers:
        if isinstance(layer, layers.Conv2D | layers.Dense):
            # each output value takes one multiply-add for each weight that leads to its channel
            total += int(np.prod(layer.output.shape[1:])) * int(np.prod(layer.kernel.shape[:-1]))
    return total
