"""Measures what a step of a training takes, by taking a few."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import keras
import pandas as pd

from training.runs.callbacks import save_model
from training.runs.classifier import prepare_classifier
from training.runs.detector import prepare_detector
from training.runs.estimate import Estimate
from training.runs.options import ClassifierRun, DetectorRun

WARM_UP = 2  # steps that draw the graph
STEPS = 8  # measured after those


class _Clock(keras.callbacks.Callback):
    """When each step ended."""

    def __init__(self):
        super().__init__()
        self.ends_s: list[float] = []

    def on_train_batch_end(self, batch, logs=None):
        """Note it."""
        self.ends_s.append(time.perf_counter())

    def on_test_batch_end(self, batch, logs=None):
        """Note it."""
        self.ends_s.append(time.perf_counter())

    def took_s(self) -> float:
        """Seconds a step, the middle one of those after warming up: other programs disturb single ones."""
        ends = self.ends_s[WARM_UP - 1 :] if len(self.ends_s) > WARM_UP else self.ends_s
        gaps = [after - before for before, after in zip(ends, ends[1:], strict=False)]
        return statistics.median(gaps) if gaps else 0.0


def probe(run: ClassifierRun | DetectorRun, table: pd.DataFrame) -> Estimate:
    """Take a few steps of a training that is thrown away.

    The first epoch takes longer than told, as pictures are read from disk then, and what runs beside it slows it down.

    Args:
        run: What would be asked for.
        table: Faces with a split, see training.data.
    """
    lesson = prepare_detector(run, table) if isinstance(run, DetectorRun) else prepare_classifier(run, table)
    steps, checks = len(lesson.batches), len(lesson.check)
    learning, checking = _Clock(), _Clock()
    steps_here = min(steps, WARM_UP + STEPS)
    lesson.model.fit(
        lesson.batches,
        steps_per_epoch=steps_here,
        epochs=-(-(WARM_UP + STEPS) // steps_here),
        shuffle=False,
        verbose=0,
        callbacks=[learning],
    )
    began_s = time.perf_counter()
    lesson.model.evaluate(lesson.check, steps=min(checks, WARM_UP + 1), verbose=0, callbacks=[checking])
    check_s = checking.took_s() or time.perf_counter() - began_s
    began_s = time.perf_counter()
    lesson.seek(lesson.model.layers[-1])
    with tempfile.TemporaryDirectory() as folder:
        save_model(lesson.model, Path(folder) / "last.keras")
    rest_s = time.perf_counter() - began_s
    return Estimate(step_s=learning.took_s(), check_s=check_s * checks + rest_s, steps=steps, epochs=lesson.epochs)
