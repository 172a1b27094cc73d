"""The one training loop of both models."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from training.runs.callbacks import AverageWeights, EndEarly, KeepMistakes, SaveLast, Seconds
from training.runs.early import has_ended_early, patience_of
from training.runs.folder import RunFolder
from training.runs.follow import Follow
from training.runs.mistakes import Mistake


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to learn.

    Attributes:
        epochs: Times that `steps` steps are taken; figures and checkpoints come once an epoch.
        steps: Steps an epoch.
        rate: Highest learning rate; it rises over the first `warm_up` steps and falls along a cosine to a hundredth.
        warm_up: Steps, or a tenth of all where that is less: a short run would do nothing but warm up.
        decay: Share of each weight taken away a step, times the learning rate (AdamW).
    """

    epochs: int
    steps: int
    rate: float
    warm_up: int = 300
    decay: float = 0.05

    def optimizer(self) -> keras.optimizers.Optimizer:
        """AdamW along this schedule."""
        steps = self.epochs * self.steps
        warm_up = min(self.warm_up, max(1, steps // 10))
        rate = keras.optimizers.schedules.CosineDecay(
            self.rate / 100, max(1, steps - warm_up), alpha=1.0, warmup_target=self.rate, warmup_steps=warm_up
        )
        optimizer = keras.optimizers.AdamW(rate, weight_decay=self.decay, global_clipnorm=10.0)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimizer


def compile_model(model: keras.Model, **how: Any) -> None:
    """Compile a model; XLA made TensorFlow's CPU steps slower where it was measured, other backends choose."""
    model.compile(jit_compile=False if keras.backend.backend() == "tensorflow" else "auto", **how)


@dataclass(frozen=True)
class Lesson:
    """All that a training needs besides a folder.

    Attributes:
        model: Compiled; as built, or as loaded from the run's last checkpoint.
        batches: What to learn from.
        check: What the averaged weights are tried on after each epoch.
        epochs: Epochs of the whole run, those done included.
        seek: Finds what the network gets most surely wrong, see training.runs.seek.
        build: Makes such a model anew, compiled, as at the beginning of the run.
    """

    model: keras.Model
    batches: keras.utils.PyDataset
    check: keras.utils.PyDataset
    epochs: int
    seek: Callable[[keras.Model], list[Mistake]]
    build: Callable[[], keras.Model]


def fit(lesson: Lesson, folder: RunFolder) -> None:
    """Train from the last saved epoch to the wanted one, or to where patience ends, saving after each.

    Args:
        lesson: What to train on what.
        folder: Where checkpoints and figures go.
    """
    if has_ended_early(folder):  # killed between its last epoch and its report
        return
    lesson.model.fit(
        lesson.batches,
        validation_data=lesson.check,
        initial_epoch=folder.epochs_done(),
        epochs=lesson.epochs,
        shuffle=False,
        verbose=verbosity(),
        callbacks=keepers(lesson, folder, AverageWeights(folder, keep_best=patience_of(folder) > 0)),
    )


def verbosity() -> str | int:
    """How fit tells of itself: a bar that moves is litter in a file."""
    return "auto" if sys.stdout.isatty() else 2


def keepers(lesson: Lesson, folder: RunFolder, average: AverageWeights) -> list[keras.callbacks.Callback]:
    """What writes a run's folder, in this order, and ends the run where it should."""
    return [
        Seconds(),
        average,
        SaveLast(folder),
        keras.callbacks.CSVLogger(str(folder.metrics), append=folder.epochs_done() > 0),
        keras.callbacks.TensorBoard(str(folder.tensorboard), write_graph=False),
        KeepMistakes(folder, average, lesson.seek),
        EndEarly(folder),
        Follow(folder, epochs=lesson.epochs),
    ]
