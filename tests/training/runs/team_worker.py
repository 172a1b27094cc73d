"""One worker of a training on made numbers: python -m tests.training.runs.team_worker FOLDER, of the run.

The network has what ours have: batch normalisation, which has to look at the batches of all workers together.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from training.data.table import make_table
from training.runs.fit import Lesson, Schedule, compile_model
from training.runs.folder import RunFolder
from training.runs.options import ClassifierRun, Kind
from training.runs.parts import WHOLE, Part
from training.runs.team import find_team
from training.runs.together import assist
from training.runs.training import train

BATCH, STEPS, SIDE = 16, 8, 8
NOTHING = make_table([], problems=[])


class Numbers(keras.utils.PyDataset):
    """Blots whose place tells their label."""

    def __init__(self, part: Part, *, count: int, seed: int):
        super().__init__(workers=1)
        random = np.random.default_rng(seed)
        self.labels = random.integers(0, 3, (count, BATCH))
        self.pixels = random.normal(size=(count, BATCH, SIDE, SIDE, 3)).astype(np.float32)
        for label in range(3):
            self.pixels[self.labels == label, :, 2 * label : 2 * label + 3] += 0.5
        self.part, self.epoch = part, 0

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, step):
        own = self.part.of(range(BATCH))
        return self.pixels[step][own], np.eye(3, dtype=np.float32)[self.labels[step][own]]


def build() -> keras.Model:
    pixels = keras.Input((SIDE, SIDE, 3))
    inner = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.ReLU()(keras.layers.BatchNormalization()(keras.layers.Conv2D(8, 3, use_bias=False)(inner)))
    network = keras.Model(inner, keras.layers.Dense(3)(keras.layers.Flatten()(x)))
    model = keras.Model(pixels, network(pixels))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    optimizer = Schedule(4, STEPS, 1e-2, warm_up=4).optimizer()
    compile_model(model, optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def prepare(run: ClassifierRun, table: object = None, folder: RunFolder | None = None, *, part: Part = WHOLE) -> Lesson:
    keras.utils.set_random_seed(part.rank)  # workers begin alike all the same
    model = keras.models.load_model(folder.last) if folder and folder.epochs_done() else build()
    numbers = Numbers(part, count=STEPS, seed=0)
    return Lesson(model, numbers, Numbers(WHOLE, count=2, seed=1), run.epochs, lambda network: [], build)


if __name__ == "__main__":
    team = find_team()
    if team and not team.chief:
        assist(Kind.CLASSIFIER, NOTHING, prepare, team)
    else:
        folder = RunFolder(Path(sys.argv[1]))
        train(prepare, ClassifierRun(**folder.config()["config"]), NOTHING, folder)
