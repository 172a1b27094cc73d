"""How long a training will take: asked of a process of its own, for measuring it takes Keras."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, fields

from training.errors import RunError
from training.runs.folder import DataSource
from training.runs.options import ClassifierRun, DetectorRun, Kind
from training.runs.queue import CHECKOUT

PATIENCE_S = 600  # reading a large set for the first time takes minutes


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a few steps took, and what follows for the whole.

    Attributes:
        step_s: Seconds a step.
        check_s: Seconds that the check after an epoch takes, and saving.
        steps: Steps an epoch.
        epochs: Epochs of the run.
    """

    step_s: float
    check_s: float
    steps: int
    epochs: int

    @property
    def total_s(self) -> float:
        """Seconds from the first step to the last check."""
        return self.epochs * (self.steps * self.step_s + self.check_s)

    @property
    def words(self) -> str:
        """How the total comes about."""
        return (
            f"{self.epochs} epochs of {self.steps} step{'' if self.steps == 1 else 's'}, {1000 * self.step_s:.0f} ms "
            f"each, and {self.check_s:.0f} s to check and save after each"
        )

    def to_json(self) -> str:
        """One line that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Estimate:
        """Undo `to_json`."""
        return cls(**json.loads(line))


def ask_estimate(kind: Kind, run: ClassifierRun | DetectorRun, source: DataSource) -> Estimate:
    """Measure a few steps in a process of its own.

    Raises:
        RunError: It could not be measured; the message is the process's last word.
    """
    command = [sys.executable, "-m", "training", "estimate", kind, "--data", str(source.root.resolve())]
    command += [part for name in source.only or () for part in ("--only", name)]
    given = {each.name: getattr(run, each.name) for each in fields(run)}
    for name, value in given.items():
        if isinstance(value, int | float | str):
            command += ["--set", f"{name}={value}"]
    try:
        done = subprocess.run(
            command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise RunError(f"Expected a few steps to take less than {PATIENCE_S // 60} minutes; they did not.") from error
    if done.returncode:
        raise RunError(f"Expected to measure a few steps, got: {said_last(done.stderr)}")
    return Estimate.from_json(done.stdout.strip().splitlines()[-1])


def how_long(seconds: float) -> str:
    """A time of seconds to days for people, such as "2 h 05 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def said_last(said: str) -> str:
    """What a process said last, without the lines that TensorFlow's libraries begin with a letter and a date."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not re.match(r"[IWE]\d{4} |WARNING", line)]
    return " ".join(lines[-4:]) or "nothing"
