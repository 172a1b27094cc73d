"""Keras, loaded without the greetings of TensorFlow."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def load_keras(*, devices: bool = True) -> None:
    """Import Keras before others do: from 2.20 on no setting of TensorFlow silences what it says while it loads.

    Args:
        devices: Whether TensorFlow may look for its devices now, which it also tells of at length; not before it knows
            of other workers.
    """
    with _silence():
        import keras

        if devices and keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.config.list_physical_devices()


@contextmanager
def _silence() -> Iterator[None]:
    """Let what is written to standard error go nowhere, by libraries without Python too; errors are raised as ever."""
    sys.stderr.flush()
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
