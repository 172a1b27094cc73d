"""A training tells how far it is after every step, and does what it is asked."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.training.runs.made import make_run
from training.errors import RunError, RunStoppedError
from training.runs.folder import RunFolder
from training.runs.standing import State, last_words
from training.runs.wishes import Wish, take_back, wish

pytestmark = pytest.mark.slow

EPOCHS, STEPS = 2, 6


def train(folder: RunFolder, *, after_step: Any = None, slope: float = 2.0) -> None:
    """Fit one number to another, followed."""
    import keras

    from training.runs.follow import Follow

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse", jit_compile=False)
    steps = keras.callbacks.LambdaCallback(on_train_batch_end=after_step)
    x = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
    model.fit(
        x,
        np.float32(slope) * x,
        batch_size=1,
        epochs=EPOCHS,
        verbose=0,
        callbacks=[steps, Follow(folder, epochs=EPOCHS)],
    )


def test_figures_come_during_an_epoch_and_are_means_of_their_own_steps(tmp_path: Path) -> None:
    folder, losses = make_run(tmp_path), []
    train(folder, after_step=lambda batch, logs: losses.append(logs["loss"]))

    lines = pd.read_csv(folder.steps)
    assert lines["epoch"].tolist() == pytest.approx(
        [number / STEPS for number in range(1, EPOCHS * STEPS + 1)], abs=1e-3
    )
    for epoch in range(EPOCHS):
        own = lines["loss"].iloc[epoch * STEPS : (epoch + 1) * STEPS].to_numpy()
        running = np.cumsum(own) / np.arange(1, STEPS + 1)
        np.testing.assert_allclose(running, losses[epoch * STEPS : (epoch + 1) * STEPS], rtol=1e-3, atol=1e-6)
    told = last_words(folder)
    assert (told.state, told.epoch, told.epochs, told.share) == (State.RUNNING, EPOCHS, EPOCHS, 1.0)


def test_a_stop_comes_before_the_next_step(tmp_path: Path) -> None:
    folder, steps = make_run(tmp_path), []

    def stop(batch: int, logs: Any) -> None:
        steps.append(batch)
        if batch == 2:
            wish(folder, Wish.STOP)

    with pytest.raises(RunStoppedError):
        train(folder, after_step=stop)

    assert steps == [0, 1, 2]


def test_a_pause_holds_until_it_is_taken_back(tmp_path: Path) -> None:
    folder, times_s = make_run(tmp_path), []

    def pause(batch: int, logs: Any) -> None:
        times_s.append(time.monotonic())
        if len(times_s) == 3:
            wish(folder, Wish.PAUSE)
            threading.Timer(1.0, look_and_resume).start()

    seen: list[State] = []

    def look_and_resume() -> None:
        seen.append(last_words(folder).state)
        take_back(folder, Wish.PAUSE)

    train(folder, after_step=pause)

    assert seen == [State.PAUSED]
    assert times_s[3] - times_s[2] >= 0.9 and last_words(folder).state is State.RUNNING


def test_a_loss_that_is_no_number_ends_the_run_before_it_is_saved(tmp_path: Path) -> None:
    folder = make_run(tmp_path)

    with pytest.raises(RunError, match="lower learning rate"):
        train(folder, slope=1e30)


def test_steps_after_the_last_checkpoint_are_forgotten(tmp_path: Path) -> None:
    folder = make_run(tmp_path, epochs_done=1)
    folder.steps.write_text("epoch,loss\n0.5,1.0\n1.0,0.9\n1.5,0.8\n")

    train(folder)

    assert pd.read_csv(folder.steps)["epoch"].tolist()[:3] == pytest.approx([0.5, 1.0, 1 / STEPS], abs=1e-3)
