"""Keras, loaded without the greetings of TensorFlow."""

from __future__ import annotations

import os
import sys


def load_keras() -> None:
    """Import Keras before others do: from 2.20 on no setting of TensorFlow silences what it says while it loads."""
    sys.stderr.flush()
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        import keras  # noqa: F401 - what follows finds it loaded
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
