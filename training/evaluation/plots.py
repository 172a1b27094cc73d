"""Curves for people: precision against recall, claimed against true, right against answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from maskcore import Label
from training.evaluation.detections import two_classes
from training.evaluation.precision import precision_curves

RECALLS = np.linspace(0, 1, 101)
COLORS = {Label.MASK: "#0072b2", Label.NO_MASK: "#d55e00"}  # Okabe and Ito 2008: told apart by everyone


def draw_precision(truth: pd.DataFrame, found: pd.DataFrame, path: Path) -> None:
    """Precision against recall at IoU 0.5 of mask and no mask, a panel for each set, as a PNG."""
    sets = sorted(truth.loc[~truth["crop"], "source"].unique())
    figure, panels = _panels(len(sets))
    for panel, source in zip(panels, sets, strict=True):
        known, here = (table[table["source"] == source] for table in (truth, found))
        known, here = (table.assign(label=two_classes(table["label"])) for table in (known, here))
        for label, color in COLORS.items():
            curves = precision_curves(known, here, label=label, min_ious=np.array([0.5]))
            if curves is not None:
                name = f"{label.value.replace('_', ' ')}: {curves.mean():.2f}"
                panel.plot(RECALLS, curves[0], color=color, label=name)
        panel.set(title=source, xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
        panel.legend(loc="lower left")
    _save(figure, path)


def draw_confidence(figures: dict[str, Any], path: Path) -> None:
    """Claimed against true probability, and right against share answered, as a PNG; from confidence_figures."""
    figure, (left, right) = _panels(2)
    bins = figures["reliability"]
    left.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    left.plot(bins["claimed"], bins["true"], color=COLORS[Label.MASK])
    left.scatter(bins["claimed"], bins["true"], s=np.sqrt(bins["faces"]) * 4, color=COLORS[Label.MASK])
    left.set(
        title=f"calibration error {figures['calibration_error']:.3f}",
        xlabel="probability of the label", ylabel="share right", xlim=(0.3, 1.01), ylim=(0.3, 1.01),
    )  # fmt: skip
    curve = figures["coverage"]
    right.plot(curve["answered"], curve["right"], marker="o", color=COLORS[Label.NO_MASK])
    right.set(title="the surest faces first", xlabel="share of faces answered", ylabel="share right", ylim=(None, 1.0))
    _save(figure, path)


def _panels(count: int):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4 * count, 3.6), layout="constrained")
    panels = figure.subplots(1, count, squeeze=False)[0]
    for panel in panels:
        panel.grid(color="0.9")
        panel.spines[["top", "right"]].set_visible(False)
    return figure, panels


def _save(figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)
