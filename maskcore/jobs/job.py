"""What is known of one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from maskcore.errors import MaskcoreError


class State(StrEnum):
    """Where a job stands. INTERRUPTED: the process that worked on it is gone."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether a process waits to work on it or does."""
        return self in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job.

    Attributes:
        id: 32 hexadecimal digits that nobody can guess: whoever knows them may see the job.
        state: Where it stands.
        options: What was asked for, as JSON values.
        owner: The process that works on it, see Owner.
        changed_at: When this was written.
        share: How much is done, 0 to 1; None where that cannot be told.
        facts: What the work tells of itself, as JSON values.
        error: The error that ended it as type, title and detail, as the API tells errors; empty where there is none.
    """

    id: str
    state: State
    options: Mapping[str, Any]
    owner: str
    changed_at: datetime
    share: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The job as plain JSON values."""
        return asdict(self) | {"state": self.state.value, "changed_at": self.changed_at.isoformat()}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Job:
        """Undo `to_dict`."""
        return cls(**told | {"state": State(told["state"]), "changed_at": datetime.fromisoformat(told["changed_at"])})


def tell_error(error: MaskcoreError) -> dict[str, str]:
    """An error as Job.error has it."""
    return {"type": error.slug, "title": error.title, "detail": str(error)}
