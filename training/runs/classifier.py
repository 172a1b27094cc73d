"""Training of the classifier."""

from __future__ import annotations

from functools import partial
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
from training.runs.fit import Lesson, Schedule, compile_model
from training.runs.folder import RunFolder
from training.runs.options import ClassifierRun, jitter_of
from training.runs.parts import WHOLE, Part
from training.runs.seek import wrong_labels

COVERED_MORE = 3.0


class CropBatches(keras.utils.PyDataset):
    """Endless new crops; the same seed, epoch and step give the same batch, of which each worker cuts its part."""

    def __init__(self, sampler: CropSampler, run: ClassifierRun, *, epoch: int = 0, part: Part = WHOLE):
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=6)
        self.sampler, self.run, self.epoch, self.part = sampler, run, epoch, part
        self._shares = draw_shares(sampler, balance=run.balance)
        self._weights = label_weights(sampler, self._shares) if run.class_weights == "balanced" else None

    def __len__(self):
        return self.run.steps or max(1, len(self.sampler) // self.run.batch)

    def __getitem__(self, step):
        """Crops (B, side, side, 3) float32 in -1 to 1, labels (B, 3), one of them 1, and weights (B,) where asked."""
        random = np.random.default_rng((self.run.seed, self.epoch, step))
        chosen = self.part.of(random.choice(len(self.sampler), self.run.batch, p=self._shares))
        if self.part != WHOLE:  # all workers drew the same faces; what happens to them is each one's own
            random = self.part.random(self.run.seed, self.epoch, step)
        crops, labels = _batch([self.sampler.cut(index, random) for index in chosen])
        return (crops, labels) if self._weights is None else (crops, labels, self._weights[labels.argmax(axis=1)])

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


def label_weights(sampler: CropSampler, shares: np.ndarray) -> np.ndarray:
    """How much a mistake counts by its label, so that all labels that are drawn weigh alike.

    Args:
        sampler: The faces.
        shares: From draw_shares.
    Returns:
        (3,) float32, 1 on the mean over what is drawn; 0 for a label that no face has.
    """
    drawn = np.bincount(sampler.labels, weights=shares, minlength=len(LABELS))
    return np.divide(1.0, drawn * (drawn > 0).sum(), out=np.zeros(len(LABELS)), where=drawn > 0).astype(np.float32)


def prepare_classifier(
    run: ClassifierRun, table: pd.DataFrame, folder: RunFolder | None = None, *, part: Part = WHOLE
) -> Lesson:
    """Get ready to train a classifier, or to go on with one.

    Args:
        run: What was asked for.
        table: Faces with labels and a split, see training.data.
        folder: The run's folder; where it holds a checkpoint, training goes on from there. None: from the beginning.
        part: Of each batch, what this worker cuts.
    """
    keras.utils.set_random_seed(run.seed)
    keras.mixed_precision.set_dtype_policy(run.precision)
    pictures = Pictures()
    shape = PRESETS[run.preset].shape
    done = folder.epochs_done() if folder else 0

    def sampler(split: str, jitter: Jitter | None) -> CropSampler:
        rows = table[table["split"] == split]
        return CropSampler(rows, side=shape.side, margin=shape.margin, jitter=jitter, pictures=pictures)

    batches = CropBatches(sampler("train", jitter_of(run)), run, epoch=done, part=part)
    build = partial(_new_model, run, len(batches))
    model = load_run_model(folder.last) if done else build()
    known = sampler("val", None)
    return Lesson(model, batches, FixedCrops(known), run.epochs, partial(wrong_labels, faces=known), build)


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
