"""Tells how far a training is, and does what is asked of it, after every step."""

from __future__ import annotations

import csv
import math
import time
from dataclasses import replace

import keras
import pandas as pd

from maskcore.files import write_atomically
from training.errors import RunError, RunStoppedError
from training.runs.folder import RunFolder
from training.runs.standing import State, last_words, write_standing
from training.runs.wishes import Wish, is_wished

TELL_EVERY_S = 1.0
POINTS = 20  # lines of steps.csv an epoch
WARM_UP = 2  # steps that draw the graph, and tell nothing about the pace
PAUSE_S = 0.3  # how often a paused run looks whether it may go on


class Follow(keras.callbacks.Callback):
    """Writes the run's standing and steps.csv, pauses and stops.

    steps.csv has a line for each twentieth of an epoch: epoch, a fraction that counts from 0, and each figure's mean
    over the steps since the line before.

    Args:
        folder: The run's.
        epochs: Epochs of the whole run.
    Raises:
        RunStoppedError: Out of `fit`, where somebody asked for it.
        RunError: Out of `fit`, where the loss is no number any more; the last checkpoint is from before that.
    """

    def __init__(self, folder: RunFolder, *, epochs: int):
        super().__init__()
        self.folder, self.epochs = folder, epochs
        self._busy_s, self._done_here = 0.0, 0

    def on_train_begin(self, logs=None):
        """Forget steps that came after the last checkpoint: they are taken again."""
        done, self._steps = self.folder.epochs_done(), self.params["steps"]
        self._standing = replace(
            last_words(self.folder), state=State.RUNNING, epoch=done, epochs=self.epochs, steps=self._steps
        )
        if done and self.folder.has_steps():
            kept = pd.read_csv(self.folder.steps).query("epoch <= @done")
            write_atomically(self.folder.steps, kept.to_csv(index=False).encode())
        else:
            self.folder.steps.unlink(missing_ok=True)
        self._told_s = self._clock_s = time.monotonic()
        write_standing(self.folder, self._standing)

    def on_epoch_begin(self, epoch, logs=None):
        """Figures are means that begin anew."""
        self._epoch, self._line = epoch, (0, {})

    def on_train_batch_end(self, batch, logs=None):
        """Check, write, and obey."""
        figures, step = dict(logs or {}), batch + 1
        if not math.isfinite(figures["loss"]):
            raise RunError(
                f"The loss is no number any more (epoch {self._epoch + 1}, step {step}). Start again with a lower "
                "learning rate; the last checkpoint is from before that."
            )
        self._count_step()
        if step % max(1, self._steps // POINTS) == 0:
            self._write_line(step, figures)
        self._standing = replace(
            self._standing, epoch=self._epoch, step=step, figures=figures, left_s=self._left_s(step)
        )
        self._tell(every_s=TELL_EVERY_S)
        self._obey()

    def on_test_batch_end(self, batch, logs=None):
        """The check of an epoch can be paused and stopped too."""
        self._obey()

    def on_epoch_end(self, epoch, logs=None):
        """An epoch is done; the checkpoint is already there, for this stands behind what saves it."""
        self._standing = replace(self._standing, epoch=epoch + 1, step=0)
        self._tell(every_s=0)

    def _count_step(self) -> None:
        now_s = time.monotonic()
        self._done_here += 1
        if self._done_here > WARM_UP:
            self._busy_s += now_s - self._clock_s
        self._clock_s = now_s

    def _left_s(self, step: int) -> float | None:
        if self._done_here <= WARM_UP:
            return None
        pace_s = self._busy_s / (self._done_here - WARM_UP)
        return pace_s * ((self.epochs - self._epoch) * self._steps - step)

    def _write_line(self, step: int, figures: dict[str, float]) -> None:
        before, sums = self._line
        now = {name: value * step for name, value in figures.items()}
        means = {name: (value - sums.get(name, 0.0)) / (step - before) for name, value in now.items()}
        self._line = step, now
        new = not self.folder.has_steps()
        with self.folder.steps.open("a", newline="") as file:
            writer = csv.DictWriter(file, ["epoch", *means])
            if new:
                writer.writeheader()
            writer.writerow({"epoch": round(self._epoch + step / self._steps, 4)} | means)

    def _tell(self, *, every_s: float) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= every_s:
            self._told_s = now_s
            write_standing(self.folder, self._standing)

    def _obey(self) -> None:
        if is_wished(self.folder, Wish.PAUSE) and not is_wished(self.folder, Wish.STOP):
            write_standing(self.folder, replace(self._standing, state=State.PAUSED))
            while is_wished(self.folder, Wish.PAUSE) and not is_wished(self.folder, Wish.STOP):
                time.sleep(PAUSE_S)
            self._clock_s = time.monotonic()
            self._tell(every_s=0)
        if is_wished(self.folder, Wish.STOP):
            done = self.folder.epochs_done()
            raise RunStoppedError(f"Stopped as asked; {done} of {self.epochs} epochs are saved, to go on from.")
