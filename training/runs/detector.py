"""Training of the face detector."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from training.data.mosaic import MosaicSampler, photographs
from training.data.pictures import Pictures
from training.data.table import LABELS
from training.models import losses
from training.models.augmentation import Photometric
from training.models.detector import PRESETS, build_detector
from training.models.saved import load_run_model, start_from
from training.models.targets import encode
from training.runs.fit import Lesson, Schedule, compile_model
from training.runs.folder import RunFolder
from training.runs.options import DetectorRun
from training.runs.parts import WHOLE, Part
from training.runs.seek import wrong_faces

NORMALISE = np.float32(1 / 127.5)


class DetectorBatches(keras.utils.PyDataset):
    """Endless new training pictures; the same seed, epoch and step give the same batch, and each worker its part."""

    def __init__(
        self,
        sampler: MosaicSampler,
        *,
        batch: int,
        steps: int,
        seed: int,
        fixed: bool = False,
        epoch: int = 0,
        part: Part = WHOLE,
    ):
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=6)
        self.sampler, self.batch, self.steps, self.seed = sampler, batch, steps, seed
        self.fixed, self.epoch, self.part = fixed, epoch, part

    def __len__(self):
        return self.steps

    def __getitem__(self, step):
        """Pictures (B, S, S, 3) float32 in -1 to 1 and targets (B, S/4, S/4, 8)."""
        random = self.part.random(self.seed, 0 if self.fixed else self.epoch, step)
        pixels, targets = [], []
        for _ in self.part.of(range(self.batch)):
            drawn = self.sampler.draw(random)
            pixels.append(drawn.image_bgr * NORMALISE - 1)
            targets.append(encode(drawn.boxes_xyxy, drawn.labels, drawn.ignored_xyxy, side=self.sampler.side))
        return np.stack(pixels), np.stack(targets)

    def on_epoch_end(self):
        """Move on to new pictures."""
        self.epoch += 1


def prepare_detector(
    run: DetectorRun, table: pd.DataFrame, folder: RunFolder | None = None, *, part: Part = WHOLE
) -> Lesson:
    """Get ready to train a detector, or to go on with one.

    Args:
        run: What was asked for.
        table: Faces with a split, see training.data; rows of sets of crops are left out.
        folder: The run's folder; where it holds a checkpoint, training goes on from there. None: from the beginning.
        part: Of each batch, what this worker cuts.
    """
    keras.utils.set_random_seed(run.seed)
    keras.mixed_precision.set_dtype_policy(run.precision)
    done = folder.epochs_done() if folder else 0
    build = partial(_new_model, run)
    model = load_run_model(folder.last) if done else build()
    pictures = Pictures()
    whole = table[~table["crop"]]

    def sampler(split: str) -> MosaicSampler:
        items = photographs(whole[whole["split"] == split])
        return MosaicSampler(items, side=run.side, source_weights=run.source_weights, pictures=pictures)

    batches = DetectorBatches(sampler("train"), batch=run.batch, steps=run.steps, seed=run.seed, epoch=done, part=part)
    tried = max(1, run.steps // 12)  # on the same pictures whatever the seed, so that runs compare
    check = DetectorBatches(sampler("val"), batch=run.batch, steps=tried, seed=0, fixed=True)
    known = photographs(whole[whole["split"] == "val"])
    seek = partial(wrong_faces, photographs=known, pictures=pictures, side=run.side)
    return Lesson(model, batches, check, run.epochs, seek, build)


def _new_model(run: DetectorRun) -> keras.Model:
    network = build_detector(PRESETS[run.preset], labels=len(LABELS))
    if run.start:
        start_from(network, Path(run.start))
    pixels = keras.Input((run.side, run.side, 3), name="pixels")
    model = keras.Model(pixels, network(Photometric(seed=run.seed, dtype="float32")(pixels)))
    schedule = Schedule(run.epochs, run.steps, run.rate)
    compile_model(model, optimizer=schedule.optimizer(), loss=losses.detector_loss)
    return model
