"""When a run has learned what it can: told from the figures of its epochs, so that a kill forgets nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from training.runs.folder import RunFolder


def checked_losses(folder: RunFolder) -> list[float]:
    """The validation loss of each finished epoch."""
    return pd.read_csv(folder.metrics)["val_loss"].tolist() if folder.epochs_done() else []


def epochs_in_vain(losses: Sequence[float]) -> int:
    """How many epochs at the end brought no lower validation loss."""
    return len(losses) - 1 - min(range(len(losses)), key=losses.__getitem__) if losses else 0


def patience_of(folder: RunFolder) -> int:
    """Epochs in vain after which a run ends; 0: never, as of runs from before there was patience."""
    return folder.config()["config"].get("patience", 0)


def has_ended_early(folder: RunFolder) -> bool:
    """Whether a run has gone as many epochs in vain as its patience allows, before its last one."""
    patience, losses = patience_of(folder), checked_losses(folder)
    return bool(patience) and len(losses) < folder.config()["config"]["epochs"] and epochs_in_vain(losses) >= patience


def why_ended(folder: RunFolder) -> str:
    """Why a run that ended early did, and which epoch it keeps, in words; empty for all others."""
    if not has_ended_early(folder):
        return ""
    losses, wanted = checked_losses(folder), folder.config()["config"]["epochs"]
    vain = epochs_in_vain(losses)
    return (
        f"Ended early, after {len(losses)} of {wanted} epochs: for {vain} epoch{'s' if vain > 1 else ''} the loss on "
        f"pictures kept aside fell no further. Epoch {len(losses) - vain} was the best and is the one that is kept."
    )
