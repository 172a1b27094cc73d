"""A run's folder: what was asked, on which data and code, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from maskcore.files import write_atomically
from training.errors import RunError

RUNS_ROOT = Path("runs")


@dataclass(frozen=True)
class RunFolder:
    """Where one training run keeps its files.

    Attributes:
        path: The folder, named after kind, preset and start.
    """

    path: Path

    @property
    def config_file(self) -> Path:
        """What was asked for, the code's revision and the data's fingerprint."""
        return self.path / "config.json"

    @property
    def last(self) -> Path:
        """Model and optimiser as they were at the end of the last epoch; training goes on from here."""
        return self.path / "last.keras"

    @property
    def average(self) -> Path:
        """The model with its weights averaged over the last steps: the one to use."""
        return self.path / "average.keras"

    @property
    def averages(self) -> Path:
        """The averaged weights as they stand beside `last`."""
        return self.path / "average.npz"

    @property
    def metrics(self) -> Path:
        """One line an epoch."""
        return self.path / "metrics.csv"

    @property
    def tensorboard(self) -> Path:
        """What TensorBoard reads."""
        return self.path / "tensorboard"

    @property
    def report(self) -> Path:
        """The run in words and figures."""
        return self.path / "report.md"

    def config(self) -> dict[str, Any]:
        """What config.json holds."""
        return json.loads(self.config_file.read_text())

    def epochs_done(self) -> int:
        """How many epochs are finished and saved."""
        if not self.last.exists() or not self.metrics.exists():
            return 0
        return max(0, len(self.metrics.read_text().splitlines()) - 1)


def create_run(config: Any, *, kind: str, fingerprint: str, root: Path = RUNS_ROOT) -> RunFolder:
    """Make the folder of a new run and write down what was asked.

    Args:
        config: A dataclass; `preset` is part of the folder's name.
        kind: detector or classifier.
        fingerprint: Of the data, see training.data.
        root: Folder of all runs.
    """
    started = datetime.now(UTC)
    folder = RunFolder(root / f"{started:%Y%m%d-%H%M%S}-{kind}-{config.preset}")
    folder.path.mkdir(parents=True)
    facts = {
        "kind": kind,
        "config": asdict(config),
        "git_revision": git_revision(),
        "data_fingerprint": fingerprint,
        "started": started.isoformat(timespec="seconds"),
    }
    write_atomically(folder.config_file, json.dumps(facts, indent=2).encode())
    return folder


def find_run(kind: str, *, root: Path = RUNS_ROOT) -> RunFolder:
    """The newest run of a kind that has been saved at least once.

    Raises:
        RunError: There is none.
    """
    for path in sorted(root.glob(f"*-{kind}-*"), reverse=True):
        if RunFolder(path).last.exists():
            return RunFolder(path)
    raise RunError(
        f"Expected a saved {kind} run under {root}/, found none. Train one with: python -m training train {kind}"
    )


def open_run(path: Path) -> RunFolder:
    """A run by its folder.

    Raises:
        RunError: The folder holds no run.
    """
    folder = RunFolder(path)
    if not folder.config_file.exists():
        raise RunError(f"Expected a run's folder with config.json, {path} has none. Name a folder under {RUNS_ROOT}/.")
    return folder


def git_revision() -> str:
    """The commit of the code, with a plus sign where files differ from it; "unknown" outside a checkout."""
    command = ["git", "describe", "--always", "--abbrev=12", "--dirty=+", "--exclude=*"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip() or "unknown"
