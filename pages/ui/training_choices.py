"""What can be chosen about a run, with defaults that work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.training_words import MODELS
from training.data.crops import learnable
from training.publish import CHECKPOINTS
from training.runs.options import CLASS_WEIGHTS, OPTIONS, ClassifierRun, DetectorRun, Kind

SHIPPED_PRESET = "small"  # the one that CHECKPOINTS holds networks of


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider for an option of ClassifierRun."""

    text: str
    highest: float
    step: float
    help: str


WEIGHTS: Mapping[str, str] = dict(zip(CLASS_WEIGHTS, ("All alike", "Rare labels more"), strict=True))
FEW_STEPS = 300  # in all; a network hardly moves in fewer
USUAL_PATIENCE = 6  # epochs, where it is asked for

SLIDERS: Mapping[str, Slider] = {
    "shift": Slider("Move the box", 0.4, 0.05, "Largest move, as a share of the face's side."),
    "zoom": Slider("Near and far", 0.6, 0.05, "Largest change of size; 0.25 is up to a quarter larger or smaller."),
    "turn": Slider("Turn", 45.0, 1.0, "Largest turn to either side, in degrees."),
    "degrade": Slider("Make coarse", 1.0, 0.05, "How often a crop loses detail, as from a distant camera."),
    "paint": Slider("Paint masks and hands", 1.0, 0.05, "How often a bare face gets a mask or a hand painted on."),
    "recolor": Slider("Swap colours", 1.0, 0.05, "How often blue, green and red change places."),
    "light": Slider(
        "Light and colour", 2.0, 0.1, "Strength of changes of light, colour and sharpness; not in the strip."
    ),
    "balance": Slider("Balance labels", 1.0, 0.05, "How far rare labels are shown as often as common ones."),
}


def choose_model() -> tuple[Kind, ClassifierRun | DetectorRun]:
    """Ask which model to train and how; gives its kind and options."""
    kind, preset = st.radio("Model", list(MODELS), format_func=MODELS.__getitem__, key="training_model")
    usual = OPTIONS[kind].of(preset)
    key = f"{kind}_{preset}"  # each model keeps choices of its own, and begins with its own defaults
    left, middle, right = st.columns(3)
    chosen: dict[str, Any] = {
        "epochs": left.number_input(
            "Epochs", 1, 500, usual.epochs, key=f"training_epochs_{key}", help="How often it goes through the data."
        ),
        "batch": middle.number_input(
            "Batch", 1, 1024, usual.batch, key=f"training_batch_{key}",
            help="Pictures a step. More is steadier and takes more memory.",
        ),
        "rate": right.number_input(
            "Learning rate", 1e-6, 1.0, usual.rate, step=1e-4, format="%.5f", key=f"training_rate_{key}",
            help="How large a step it takes. Too high, and the loss grows or is no number any more.",
        ),
    }  # fmt: skip
    if preset == SHIPPED_PRESET and st.toggle(
        "Begin with what the product knows", True, key=f"training_start_{key}",
        help="Better with few pictures. Off: it learns from nothing but these data sets.",
    ):  # fmt: skip
        chosen["start"] = str(CHECKPOINTS / f"{kind}.keras")
    chosen["patience"] = _choose_patience(int(chosen["epochs"]), key)
    if isinstance(usual, ClassifierRun):
        chosen["class_weights"] = _choose_weights(usual, key)
        chosen |= _choose_variety(usual, key)
    return kind, replace(usual, **chosen)


def steps_words(run: ClassifierRun | DetectorRun, table: pd.DataFrame) -> str:
    """How many steps a run takes in all, and what to do where they are few.

    Args:
        run: What was chosen.
        table: Faces with a split, see training.data.
    """
    steps = run.steps or max(1, len(learnable(table[table["split"] == "train"])) // run.batch)
    words = f"{run.epochs} epochs of {steps:,} step{'' if steps == 1 else 's'}, {run.epochs * steps:,} in all."
    return (
        words if run.epochs * steps >= FEW_STEPS else f"{words} That is little: choose a smaller batch or more epochs."
    )


def _choose_patience(epochs: int, key: str) -> int:
    """Ask after how many epochs in vain to end; 0 for never."""
    if not st.toggle(
        "End early when it learns no more", key=f"training_early_{key}",
        help="When the loss on pictures kept aside has not fallen for some epochs, the run ends and keeps its best "
        "epoch. Saves time; but the last epochs, which take the smallest steps, often help most.",
    ):  # fmt: skip
        return 0
    return int(
        st.number_input(
            "Epochs in vain", 1, 500, min(USUAL_PATIENCE, epochs), key=f"training_patience_{key}", width=200,
            help="So many epochs in a row without a lower loss end it.",
        )
    )  # fmt: skip


def _choose_weights(usual: ClassifierRun, key: str) -> str:
    """Ask how much a mistake counts by its label."""
    return st.segmented_control(
        "How much a mistake counts", list(WEIGHTS), format_func=WEIGHTS.__getitem__, default=usual.class_weights,
        required=True, key=f"training_weights_{key}",
        help="Where most faces wear masks, a network does well by saying so of all. Counting mistakes on rare labels "
        "more keeps it from that; common labels are then told a little less well. “Balance labels” below shows rare "
        "labels more often instead; what that leaves is made up for here.",
    )  # fmt: skip


def _choose_variety(usual: ClassifierRun, key: str) -> dict[str, float]:
    """Ask how much crops vary."""
    with st.expander("How much the samples vary", icon=":material/tune:"):
        columns = st.columns(2, gap="medium")
        return {
            name: columns[place % 2].slider(
                each.text, 0.0, each.highest, float(getattr(usual, name)), each.step, help=each.help,
                key=f"training_{name}_{key}",
            )
            for place, (name, each) in enumerate(SLIDERS.items())
        }  # fmt: skip
