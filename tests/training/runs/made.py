"""Run folders made without training anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.runs.folder import DataSource, RunFolder, create_run
from training.runs.options import OPTIONS, Kind
from training.runs.standing import Standing, State, write_standing

DEAD = "0" * 32  # a process that left no lock behind


def make_run(
    root: Path, *, kind: Kind = Kind.CLASSIFIER, epochs_done: int = 0, fingerprint: str = "made", **options: Any
) -> RunFolder:
    """A new run, with a checkpoint and figures for the epochs that are done."""
    config = OPTIONS[kind](**{"epochs": 4} | options)
    folder = create_run(config, kind=kind, fingerprint=fingerprint, source=DataSource(root / "data"), root=root)
    if epochs_done:
        folder.last.write_bytes(b"model")
        rows = [
            f"{epoch},{0.5 + epoch / 10},{1 / (epoch + 1)},3.5,{0.4 + epoch / 10},{1.1 / (epoch + 1)}"
            for epoch in range(epochs_done)
        ]
        folder.metrics.write_text("\n".join(["epoch,accuracy,loss,seconds,val_accuracy,val_loss", *rows]) + "\n")
        lines = [f"{epoch + 0.5},{1 / (epoch + 1)},{0.5 + epoch / 10}" for epoch in range(epochs_done)]
        folder.steps.write_text("\n".join(["epoch,loss,accuracy", *lines]) + "\n")
    return folder


def put(folder: RunFolder, state: State, **facts: Any) -> RunFolder:
    """Write down where a run stands."""
    write_standing(folder, Standing(state=state, epochs=folder.config()["config"]["epochs"], **facts))
    return folder


def old_run(root: Path) -> RunFolder:
    """A run from before standings were written."""
    folder = RunFolder(root / "20250101-000000-detector-small")
    folder.path.mkdir(parents=True)
    facts = {"kind": "detector", "config": {"preset": "small", "epochs": 1}, "started": "2025-01-01T00:00:00+00:00"}
    folder.config_file.write_text(json.dumps(facts | {"git_revision": "0", "data_fingerprint": "made"}))
    return folder
