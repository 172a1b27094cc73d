"""Where a run stands: a file in its folder that every process can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from maskcore.files import write_atomically
from maskcore.jobs.owner import lives
from training.runs.folder import RunFolder


class State(StrEnum):
    """Where a run stands. INTERRUPTED: its process is gone without a word."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def held(self) -> bool:
        """Whether a process has the run in its hands."""
        return self in (State.STARTING, State.RUNNING, State.PAUSED)

    @property
    def active(self) -> bool:
        """Whether a process waits to train it or does."""
        return self.held or self is State.QUEUED


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one run stands.

    Attributes:
        state: In one word.
        owner: Name of the process that has it, see maskcore.jobs.owner.
        pid: Its number, for people.
        started_at: When that process began, or when the run was queued.
        epoch, epochs: Finished epochs, and those wanted.
        step, steps: Steps taken of the epoch that runs, and those of a whole one.
        figures: Loss, and accuracy where there is one, over the epoch so far.
        left_s: Seconds until the end at the pace so far; None where that cannot be told.
        problem: Why it ended, in words; empty where nothing went wrong.
    """

    state: State
    owner: str = ""
    pid: int = 0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    left_s: float | None = None
    problem: str = ""

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        whole = self.epochs * max(1, self.steps)
        return min(1.0, (self.epoch * max(1, self.steps) + self.step) / whole) if whole else 0.0


def write_standing(folder: RunFolder, standing: Standing) -> None:
    """Replace what is known of a run."""
    facts: dict[str, Any] = asdict(standing) | {"started_at": standing.started_at.isoformat()}
    write_atomically(folder.standing, json.dumps(facts, indent=2).encode())


def last_words(folder: RunFolder) -> Standing:
    """What was written of a run last, whether or not its process still lives.

    A run from before such files were written is done where all its epochs are, and interrupted otherwise.
    """
    try:
        facts = json.loads(folder.standing.read_text())
    except FileNotFoundError:
        done, wanted = folder.epochs_done(), folder.config()["config"]["epochs"]
        state = State.DONE if done >= wanted else State.INTERRUPTED
        return Standing(state=state, epoch=done, epochs=wanted)
    started_at = datetime.fromisoformat(facts["started_at"])
    return Standing(**facts | {"state": State(facts["state"]), "started_at": started_at})


def read_standing(folder: RunFolder) -> Standing:
    """Where a run stands now; one whose process died shows as interrupted."""
    told = last_words(folder)
    if told.state.held and not lives(folder.path, told.owner):
        told = last_words(folder)  # it may have ended in order between the two looks
        if told.state.held:
            return replace(told, state=State.INTERRUPTED, left_s=None)
    return told
