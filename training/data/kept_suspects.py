"""Suspect labels kept on disk, so that nobody looks for them twice in the same pictures and labels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from maskcore.types import Label
from training.data.cache import stamp, write_parquet
from training.data.notes import Edit
from training.data.suspects import Suspects
from training.data.table import fingerprint, tidy


@dataclass(frozen=True)
class Look:
    """A look for wrong labels.

    Attributes:
        found: What came of it.
        at: When it ended, in UTC.
        edits: What `state_of_edits` gave of the corrections that it saw.
    """

    found: Suspects
    at: datetime
    edits: str


def state_of_edits(edits: Sequence[Edit]) -> str:
    """Twelve hexadecimal digits that change with the corrections of a set."""
    return hashlib.sha256(json.dumps([asdict(edit) for edit in edits]).encode()).hexdigest()[:12]


def keep_look(found: Suspects, path: Path, *, table: pd.DataFrame, edits: Sequence[Edit]) -> Look:
    """Keep a look that has just ended, in place of the one before.

    Args:
        found: What came of it.
        path: File to keep it in.
        table: The set as it is without corrections, see training.data.table.
        edits: The corrections that it saw.
    """
    look = Look(found, datetime.now(UTC), state_of_edits(edits))
    about = {
        "set": _state_of_set(table), "at": look.at.isoformat(), "edits": look.edits, "looked_at": found.looked_at,
        "too_rare": [label.value for label in found.too_rare],
    }  # fmt: skip
    faces = found.faces.copy()
    faces.attrs = about  # kept within the file, so that faces and date are always of one look
    write_parquet(faces, path)
    return look


def kept_look(path: Path, *, table: pd.DataFrame) -> Look | None:
    """The look that is kept; None where there is none, or where pictures or labels are not those that it saw.

    Corrections may have come since: `Look.edits` tells.

    Args:
        path: As in `keep_look`.
        table: As in `keep_look`.
    """
    if not path.exists():
        return None
    faces = pd.read_parquet(path)
    about, faces.attrs = faces.attrs, {}
    if about.get("set") != _state_of_set(table):
        return None
    suspects = tidy(faces).assign(**faces[["suggested", "confidence", "sure"]])
    rare = tuple(Label(label) for label in about["too_rare"])
    return Look(Suspects(suspects, about["looked_at"], rare), datetime.fromisoformat(about["at"]), about["edits"])


def _state_of_set(table: pd.DataFrame) -> str:
    pictures = [Path(image) for image in sorted(table["image"].unique())]
    stamps = [stamp(path) for path in pictures]
    return hashlib.sha256("\n".join([fingerprint(table), *stamps]).encode()).hexdigest()[:16]
