"""A finished run in words and figures."""

from __future__ import annotations

import pandas as pd

from training.runs.early import why_ended
from training.runs.folder import RunFolder


def write_report(folder: RunFolder) -> None:
    """Write report.md of a run: what was asked, on which data and code, and the figures of each epoch."""
    facts, metrics = folder.config(), pd.read_csv(folder.metrics)
    options = "\n".join(f"| {name} | {value} |" for name, value in facts["config"].items())
    header = " | ".join(metrics.columns)
    rows = "\n".join("| " + " | ".join(f"{value:.4g}" for value in row) + " |" for row in metrics.to_numpy())
    best = metrics.loc[metrics["val_loss"].idxmin()]
    early = f"{reason}\n\n" if (reason := why_ended(folder)) else ""
    folder.report.write_text(
        f"# {facts['kind'].capitalize()} run {folder.path.name}\n\n"
        f"Code {facts['git_revision']}, data {facts['data_fingerprint']}, started {facts['started']}, "
        f"{metrics['seconds'].sum() / 60:.0f} minutes for {len(metrics)} epochs. "
        f"Lowest validation loss {best['val_loss']:.4g} after epoch {best['epoch'] + 1:.0f}.\n\n"
        f"{early}"
        f"## Options\n\n| option | value |\n|---|---|\n{options}\n\n"
        f"## Epochs\n\n| {header} |\n|{'---|' * len(metrics.columns)}\n{rows}\n"
    )
