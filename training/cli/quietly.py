"""Keras, loaded without the greetings of TensorFlow."""

from __future__ import annotations

from maskcore.silence import silent_stderr


def load_keras(*, devices: bool = True) -> None:
    """Import Keras before others do: from 2.20 on no setting of TensorFlow silences what it says while it loads.

    Args:
        devices: Whether TensorFlow may look for its devices now, which it also tells of at length; not before it knows
            of other workers.
    """
    with silent_stderr():
        import keras

        if devices and keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.config.list_physical_devices()
