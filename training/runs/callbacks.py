"""What happens around the steps of a training run: averaging, saving, ending early."""

from __future__ import annotations

import io
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from maskcore.files import write_atomically
from training.runs.early import checked_losses, has_ended_early
from training.runs.folder import RunFolder
from training.runs.mistakes import Mistake, write_mistakes


class AverageWeights(keras.callbacks.Callback):
    """Keeps an exponential moving average of the weights, which generalises better than the last step's.

    Early on the average follows faster: decay is at most (1 + steps) / (10 + steps), as in TensorFlow's
    ExponentialMovingAverage.

    Args:
        folder: The run's.
        decay: Share of the average that a step leaves, once it has gone on for a while.
        keep_best: Whether the network is saved only after epochs with a lower validation loss than all before.
    """

    def __init__(self, folder: RunFolder, *, decay: float = 0.998, keep_best: bool = False):
        super().__init__()
        self.folder, self.decay, self.keep_best = folder, decay, keep_best
        self._average: list[np.ndarray] | None = None

    @property
    def weights(self) -> list[np.ndarray]:
        """The average, in the order of the model's own; there after the first step."""
        return self._average

    def on_train_begin(self, logs=None):
        """Go on from the saved average, if there is one."""
        if self.folder.averages.exists() and self.folder.epochs_done():
            with np.load(self.folder.averages) as saved:
                self._average = [saved[f"w{i}"] for i in range(len(saved.files))]

    def on_train_batch_end(self, batch, logs=None):
        """Move the average towards the weights."""
        weights = self.model.get_weights()
        if self._average is None:
            self._average = weights
            return
        steps = int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
        rate = 1 - min(self.decay, (1 + steps) / (10 + steps))
        for average, weight in zip(self._average, weights, strict=True):
            average += (rate * (weight - average)).astype(average.dtype)

    def on_test_begin(self, logs=None):
        """Validate the average."""
        self._current = self.model.get_weights()
        self.model.set_weights(self._average or self._current)

    def on_test_end(self, logs=None):
        """Train on from where the steps were."""
        self.model.set_weights(self._current)

    def on_epoch_end(self, epoch, logs=None):
        """Save the average, beside the last checkpoint and as a network without augmentation and optimiser."""
        buffer = io.BytesIO()
        np.savez(buffer, **{f"w{i}": weight for i, weight in enumerate(self._average)})
        write_atomically(self.folder.averages, buffer.getvalue())
        # metrics.csv ends with the epoch before: what writes it stands behind this
        if self.keep_best and min(checked_losses(self.folder), default=math.inf) <= logs["val_loss"]:
            return
        self.on_test_begin()
        save_model(self.model.layers[-1], self.folder.average)
        self.on_test_end()


class EndEarly(keras.callbacks.Callback):
    """Ends the training once its patience is spent; stands behind what writes metrics.csv."""

    def __init__(self, folder: RunFolder):
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch, logs=None):
        """See whether it is."""
        if has_ended_early(self.folder):
            self.model.stop_training = True


class SaveLast(keras.callbacks.Callback):
    """Saves model and optimiser at the end of each epoch, so that a killed run can go on."""

    def __init__(self, folder: RunFolder):
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch, logs=None):
        """Replace the last checkpoint."""
        save_model(self.model, self.folder.last)


class KeepMistakes(keras.callbacks.Callback):
    """Writes down what the averaged weights get most surely wrong after each epoch.

    Args:
        folder: The run's.
        average: The weights.
        seek: Looks for it; takes the network without augmentation.
    """

    def __init__(self, folder: RunFolder, average: AverageWeights, seek: Callable[[keras.Model], list[Mistake]]):
        super().__init__()
        self.folder, self.average, self.seek = folder, average, seek

    def on_epoch_end(self, epoch, logs=None):
        """Look and write."""
        self.average.on_test_begin()
        found = self.seek(self.model.layers[-1])
        self.average.on_test_end()
        write_mistakes(self.folder, found, epoch=epoch + 1)


class Seconds(keras.callbacks.Callback):
    """Adds the seconds an epoch took to its figures."""

    def on_epoch_begin(self, epoch, logs=None):
        """Start the clock."""
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        """Write the time down."""
        if logs is not None:
            logs["seconds"] = round(time.perf_counter() - self._began, 1)


def save_model(model: keras.Model, path: Path) -> None:
    """Save a model as .keras so that a kill leaves the old file or the new one."""
    part = path.with_name("saving-" + path.name)
    model.save(part)
    os.replace(part, path)
