"""A run's folder: what was asked, on which data and code, and what came of it."""

from __future__ import annotations

import itertools
import json
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from maskcore.files import write_atomically
from training.errors import RunError

RUNS_ROOT = Path("runs")


@dataclass(frozen=True)
class DataSource:
    """Where the data of a run lies.

    Attributes:
        root: Folder of the data sets.
        only: Names of the sets used; None: all.
    """

    root: Path
    only: list[str] | None = None


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

    @property
    def standing(self) -> Path:
        """Where the run stands, see training.runs.standing."""
        return self.path / "standing.json"

    @property
    def steps(self) -> Path:
        """Figures some twenty times an epoch, see training.runs.follow."""
        return self.path / "steps.csv"

    @property
    def mistakes(self) -> Path:
        """What the network gets wrong after the last epoch, see training.runs.mistakes."""
        return self.path / "mistakes.json"

    @property
    def output(self) -> Path:
        """What the run printed when it ran in the background."""
        return self.path / "output.log"

    @property
    def notes(self) -> Path:
        """What a person wrote about the run."""
        return self.path / "notes.txt"

    def config(self) -> dict[str, Any]:
        """What config.json holds."""
        return json.loads(self.config_file.read_text())

    def has_steps(self) -> bool:
        """Whether `steps` holds figures; it is empty while its first line is written, or where the disk was full."""
        return self.steps.exists() and self.steps.stat().st_size > 0

    def epochs_done(self) -> int:
        """How many epochs are finished and saved."""
        if not self.last.exists() or not self.metrics.exists():
            return 0
        return max(0, len(self.metrics.read_text().splitlines()) - 1)


def create_run(
    config: Any, *, kind: str, fingerprint: str, source: DataSource | None = None, root: Path = RUNS_ROOT
) -> RunFolder:
    """Make the folder of a new run and write down what was asked.

    Args:
        config: A dataclass; `preset` is part of the folder's name.
        kind: detector or classifier.
        fingerprint: Of the data, see training.data.
        source: Where the data lies, for a run that is to be trained by another process.
        root: Folder of all runs.
    Raises:
        RunError: The folder cannot be written.
    """
    started = datetime.now(UTC)
    try:
        folder = RunFolder(_new_folder(root, f"{started:%Y%m%d-%H%M%S}-{kind}-{config.preset}"))
    except OSError as error:
        raise RunError(
            f"Expected to make the run's folder under {root}, got {error.strerror}. See that this user may write there."
        ) from error
    facts = {
        "kind": kind,
        "config": asdict(config),
        "git_revision": git_revision(),
        "data_fingerprint": fingerprint,
        "started": started.isoformat(timespec="seconds"),
    }
    if source is not None:
        facts["data"] = {"root": str(source.root.resolve()), "only": source.only}
    write_atomically(folder.config_file, json.dumps(facts, indent=2).encode())
    return folder


def list_runs(root: Path = RUNS_ROOT) -> list[RunFolder]:
    """All runs, newest first."""
    return [RunFolder(path.parent) for path in sorted(root.glob("*/config.json"), reverse=True)]


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


def _new_folder(root: Path, name: str) -> Path:
    """A folder of that name, or of one with a number behind it where two runs begin in the same second."""
    root.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        path = root / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise AssertionError("counting never ends")


def source_of(folder: RunFolder) -> tuple[Path, list[str] | None]:
    """Where the data of a run lies: folder of the sets, and names of those used, None for all.

    Raises:
        RunError: It was not written down, as by an older version.
    """
    source = folder.config().get("data")
    if source is None:
        raise RunError(
            f"Expected config.json of {folder.path.name} to say where its data lies; it does not. Go on with "
            "`python -m training train … --run`, naming --data, or start a new run."
        )
    return Path(source["root"]), source["only"]


def git_revision() -> str:
    """The commit of the code, with a plus sign where files differ from it; "unknown" without git or a checkout."""
    command = ["git", "describe", "--always", "--abbrev=12", "--dirty=+", "--exclude=*"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    except FileNotFoundError:  # as in the image of the app
        return "unknown"
    return found.stdout.strip() or "unknown"
