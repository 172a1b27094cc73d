"""Runs in words: where they stand, how long they take, how good they are."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from maskcore.styles import percent
from training.runs.estimate import how_long
from training.runs.folder import RunFolder
from training.runs.options import Kind
from training.runs.standing import Standing, State

STATES = {
    State.QUEUED: "Waits for its turn",
    State.STARTING: "Reads its data",
    State.RUNNING: "Trains",
    State.PAUSED: "Paused",
    State.DONE: "Done",
    State.STOPPED: "Stopped",
    State.FAILED: "Failed",
    State.INTERRUPTED: "Interrupted",
}
MODELS = {
    (Kind.CLASSIFIER, "small"): "Mask or not: the product's network",
    (Kind.CLASSIFIER, "seed"): "Mask or not: the student's network",
    (Kind.DETECTOR, "small"): "Where faces are: the detector",
}


def model_of(folder: RunFolder) -> str:
    """Which model a run trains."""
    facts = folder.config()
    preset = facts["config"]["preset"]
    return MODELS.get((Kind(facts["kind"]), preset), f"{facts['kind']}, {preset}")


def started_at(folder: RunFolder) -> datetime:
    """When a run was first asked for."""
    return datetime.fromisoformat(folder.config()["started"])


def metrics_of(folder: RunFolder) -> pd.DataFrame:
    """The figures of each finished epoch, see RunFolder.metrics; empty before the first."""
    if not folder.epochs_done():
        return pd.DataFrame({"epoch": [], "loss": [], "val_loss": []})
    return pd.read_csv(folder.metrics)


def best_figure(metrics: pd.DataFrame) -> str:
    """The best that the check after an epoch found, in words; empty before the first."""
    if metrics.empty:
        return ""
    best = metrics.loc[metrics["val_loss"].idxmin()]
    if "val_accuracy" in metrics:
        return f"{percent(metrics['val_accuracy'].max(), digits=1)} right"
    return f"loss {best['val_loss']:.3f}"


def progress_words(told: Standing) -> str:
    """How far a run is, for a progress bar."""
    if told.state in (State.QUEUED, State.STARTING):
        return STATES[told.state]
    words = [STATES[told.state], f"epoch {min(told.epoch + 1, told.epochs)} of {told.epochs}"]
    if told.step:
        words.append(f"step {told.step} of {told.steps}")
    if told.left_s is not None:
        words.append(f"about {how_long(told.left_s)} left")
    return " · ".join(words)
