"""Training of the classifier."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pandas as pd

from training.data.crops import CropSampler, Jitter
from training.data.pictures import Pictures
from training.data.table import LABELS
from training.models.augmentation import Photometric
from training.models.classifier import PRESETS, build_classifier
from training.models.saved import load_run_model, start_from
from training.runs.fit import Lesson, Schedule, compile_model, fit
from training.runs.folder import RunFolder
from training.runs.options import ClassifierRun, jitter_of

COVERED_MORE = 3.0


class CropBatches(keras.utils.PyDataset):
    """Endless new crops; the same seed, epoch and step give the same batch."""

    def __init__(self, sampler: CropSampler, run: ClassifierRun, *, epoch: int = 0):
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=6)
        self.sampler, self.run, self.epoch = sampler, run, epoch
        self._shares = draw_shares(sampler, balance=run.balance)

    def __len__(self):
        return self.run.steps or max(1, len(self.sampler) // self.run.batch)

    def __getitem__(self, step):
        """Crops (B, side, side, 3) float32 in -1 to 1 and labels (B, 3), one of them 1."""
        random = np.random.default_rng((self.run.seed, self.epoch, step))
        chosen = random.choice(len(self.sampler), self.run.batch, p=self._shares)
        return _batch([self.sampler.cut(index, random) for index in chosen])

    def on_epoch_end(self):
        """Move on to new crops."""
        self.epoch += 1


class FixedCrops(keras.utils.PyDataset):
    """Every face once, as its box says."""

    def __init__(self, sampler: CropSampler, *, batch: int = 256):
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=2)
        self.sampler, self.batch = sampler, batch

    def __len__(self):
        return -(-len(self.sampler) // self.batch)

    def __getitem__(self, step):
        """Crops (B, side, side, 3) float32 in -1 to 1 and labels (B, 3)."""
        random = np.random.default_rng(0)
        chosen = range(step * self.batch, min((step + 1) * self.batch, len(self.sampler)))
        return _batch([self.sampler.cut(index, random) for index in chosen])


def _batch(cuts: list[tuple[np.ndarray, int]]) -> tuple[np.ndarray, np.ndarray]:
    crops, labels = zip(*cuts, strict=True)
    return np.stack(crops).astype(np.float32) / 127.5 - 1, np.eye(len(LABELS), dtype=np.float32)[list(labels)]


def draw_shares(sampler: CropSampler, *, balance: float) -> np.ndarray:
    """How often each face is drawn: (N,) float64 summing to 1.

    Args:
        sampler: The faces.
        balance: 0 draws all faces alike, 1 all labels alike and mouths behind a hand or cup, which look most like a
            mask, more often; in between, labels by their count to 1 - balance.
    """
    counts = np.bincount(sampler.labels, minlength=len(LABELS)).astype(float)
    weights = np.power(np.maximum(counts, 1), -balance)[sampler.labels]
    weights = weights * np.where(sampler.covered, 1 + COVERED_MORE * balance, 1)
    return weights / weights.sum()


def prepare_classifier(run: ClassifierRun, table: pd.DataFrame, folder: RunFolder | None = None) -> Lesson:
    """Get ready to train a classifier, or to go on with one.

    Args:
        run: What was asked for.
        table: Faces with labels and a split, see training.data.
        folder: The run's folder; where it holds a checkpoint, training goes on from there. None: from the beginning.
    """
    keras.utils.set_random_seed(run.seed)
    keras.mixed_precision.set_dtype_policy(run.precision)
    pictures = Pictures()
    shape = PRESETS[run.preset].shape
    done = folder.epochs_done() if folder else 0

    def sampler(split: str, jitter: Jitter | None) -> CropSampler:
        rows = table[table["split"] == split]
        return CropSampler(rows, side=shape.side, margin=shape.margin, jitter=jitter, pictures=pictures)

    batches = CropBatches(sampler("train", jitter_of(run)), run, epoch=done)
    model = load_run_model(folder.last) if done else _new_model(run, len(batches))
    return Lesson(model, batches, FixedCrops(sampler("val", None)), run.epochs)


def train_classifier(run: ClassifierRun, table: pd.DataFrame, folder: RunFolder) -> None:
    """Train, or go on with, a classifier; arguments as of prepare_classifier."""
    fit(prepare_classifier(run, table, folder), folder)


def _new_model(run: ClassifierRun, steps: int) -> keras.Model:
    network = build_classifier(run.preset, labels=len(LABELS))
    if run.start:
        start_from(network, Path(run.start))
    pixels = keras.Input(network.input_shape[1:], name="pixels")
    model = keras.Model(pixels, network(Photometric(run.light, seed=run.seed, dtype="float32")(pixels)))
    optimizer = keras.optimizers.Adam(run.rate) if run.constant else Schedule(run.epochs, steps, run.rate).optimizer()
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=run.smoothing)
    compile_model(model, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model
