"""Reads networks from .keras files."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np

# Keras finds the classes named in a file only once their modules are imported
from training.models import augmentation, classifier, detector, losses  # noqa: F401


def load_run_model(path: Path) -> keras.Model:
    """A training model with its optimiser, to go on with."""
    return keras.models.load_model(path)


def load_network(path: Path) -> keras.Model:
    """A network in float32, whatever precision it was trained in."""
    saved = keras.models.load_model(path, compile=False)
    config = json.loads(json.dumps(saved.get_config()).replace("mixed_bfloat16", "float32"))
    network = keras.Model.from_config(config)
    network.set_weights(saved.get_weights())
    return network


def start_from(network: keras.Model, path: Path) -> None:
    """Set a network's weights from a .keras file, layer by layer of the same name.

    Where a layer is wider or narrower than the saved one, the channels that both have are taken; what only the new
    network has keeps its new weights.
    """
    saved = {layer.name: layer.get_weights() for layer in load_network(path).layers}
    for layer in network.layers:
        weights = layer.get_weights()
        for new, old in zip(weights, saved.get(layer.name, []), strict=False):
            if new.ndim == old.ndim:
                both = tuple(slice(min(sides)) for sides in zip(new.shape, old.shape, strict=True))
                new[both] = old[both]
        layer.set_weights([np.asarray(weight) for weight in weights])
