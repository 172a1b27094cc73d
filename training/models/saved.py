"""Reads networks from .keras files."""

from __future__ import annotations

import json
from pathlib import Path

import keras

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
