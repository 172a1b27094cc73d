"""A run that learns no more ends early, keeps its best epoch, and says why; a kill does not make it forget."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.runs.made import make_run
from training.runs.early import epochs_in_vain, has_ended_early, why_ended
from training.runs.folder import RunFolder
from training.runs.report import write_report


def run_with(root: Path, losses: Sequence[float], **options: int) -> RunFolder:
    folder = make_run(root, epochs_done=len(losses), **{"epochs": 9, "patience": 2} | options)
    if losses:
        pd.read_csv(folder.metrics).assign(val_loss=losses).to_csv(folder.metrics, index=False)
    return folder


@pytest.mark.parametrize(
    ("losses", "vain"), [([], 0), ([1.0], 0), ([1.0, 0.9], 0), ([0.9, 1.0], 1), ([1.0, 0.8, 0.8, 0.9], 2)]
)
def test_epochs_without_a_lower_loss_are_in_vain(losses: list[float], vain: int) -> None:
    assert epochs_in_vain(losses) == vain


@pytest.mark.parametrize(
    ("losses", "options", "ended"),
    [
        pytest.param([1.0, 0.9, 0.95], {}, False, id="patience left"),
        pytest.param([1.0, 0.9, 0.95, 0.9], {}, True, id="patience spent"),
        pytest.param([1.0, 0.9, 0.95, 0.9], {"patience": 0}, False, id="none asked for"),
        pytest.param([1.0, 0.9, 0.95, 0.9], {"epochs": 4}, False, id="all epochs done"),
        pytest.param([], {}, False, id="not begun"),
    ],
)
def test_patience_is_counted_from_the_figures(
    tmp_path: Path, losses: list[float], options: dict[str, int], ended: bool
) -> None:
    assert has_ended_early(run_with(tmp_path, losses, **options)) is ended


def test_page_and_report_say_why_it_ended(tmp_path: Path) -> None:
    folder = run_with(tmp_path, [1.0, 0.8, 0.9, 0.85])

    write_report(folder)

    assert "after 4 of 9 epochs" in why_ended(folder) and "Epoch 2 was the best" in why_ended(folder)
    assert why_ended(folder) in folder.report.read_text()


@pytest.mark.slow
def test_a_training_ends_when_its_patience_is_spent_over_a_kill_and_keeps_its_best_epoch(tmp_path: Path) -> None:
    import keras

    from training.runs.callbacks import AverageWeights, EndEarly, SaveLast

    folder = make_run(tmp_path, epochs=9, patience=3)
    losses, seen, kept = iter([1.0, 0.5, 0.6, 0.7, 0.8, 0.9]), [], []

    def check(epoch: int, logs: dict[str, float]) -> None:
        logs["val_loss"] = next(losses)
        seen.append(epoch)

    def train(until: int) -> None:
        network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)], name="network")
        pixels = keras.Input((1,))
        model = keras.Model(pixels, network(pixels))
        model.compile(optimizer="sgd", loss="mse", jit_compile=False)
        done = folder.epochs_done()
        keepers = [
            keras.callbacks.LambdaCallback(on_epoch_end=check),
            AverageWeights(folder, keep_best=True),
            SaveLast(folder),
            keras.callbacks.CSVLogger(str(folder.metrics), append=done > 0),
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(folder.average.read_bytes())),
            EndEarly(folder),
        ]
        ones = np.ones((4, 1), np.float32)
        model.fit(ones, 3 * ones, verbose=0, initial_epoch=done, epochs=until, callbacks=keepers)

    train(3)  # as if it were killed after its third epoch, one of which was in vain
    train(9)

    assert seen == [0, 1, 2, 3, 4], "it counted on from the one"
    assert kept[1] != kept[0] and kept[1] == kept[2] == kept[4], "only the better epoch is kept"
