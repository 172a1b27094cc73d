"""The Keras network behind a model that answers, asked for Grad-CAM in a process of its own, for that takes TensorFlow.

A face goes through pipes: no picture of a person is written to disk.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskcore.models import SHIPPED
from maskcore.types import Label
from training.errors import RunError
from training.publish import CHECKPOINTS, work_of
from training.runs.estimate import said_last
from training.runs.folder import RUNS_ROOT, RunFolder
from training.runs.queue import CHECKOUT

PATIENCE_S = 120  # it takes some ten seconds, nearly all of them to start TensorFlow


def keras_classifier(model: Path) -> Path | None:
    """The classifier that a model folder was exported from, as a .keras file; None where it is not here any more."""
    place = CHECKPOINTS if model == SHIPPED else work_of(RunFolder(RUNS_ROOT / model.name)).path
    network = place / "classifier.keras"
    return network if network.exists() else None


def ask_gradcam(network: Path, crop_bgr: NDArray[np.uint8], label: Label) -> NDArray[np.float32]:
    """Grad-CAM of one face, see training.evaluation.gradcam.

    Args:
        network: From `keras_classifier`.
        crop_bgr: (side, side, 3) uint8.
        label: What is to be explained.
    Returns:
        (side, side) float32 from 0 to 1.

    Raises:
        RunError: The network cannot be read or asked; the message is the process's last word.
    """
    asked = io.BytesIO()
    np.save(asked, crop_bgr[None])
    command = [sys.executable, "-m", "training.evaluation.gradcam", str(network.resolve()), label]
    try:
        done = subprocess.run(
            command, cwd=CHECKOUT, input=asked.getvalue(), capture_output=True, check=False, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired as error:
        raise RunError(
            f"Expected Grad-CAM within {PATIENCE_S} s; it took longer. Try again with less running."
        ) from error
    if done.returncode:
        raise RunError(f"Expected {network} to tell Grad-CAM, got: {said_last(done.stderr.decode(errors='replace'))}")
    return np.load(io.BytesIO(done.stdout))[0]
