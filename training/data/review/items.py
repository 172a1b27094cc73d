"""What waits for review: a picture, its faces, and which of them somebody is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from maskcore.types import Face, Label, Uncertain
from training.data.notes import Box, round_box


class State(StrEnum):
    """How far a picture has come; one that was thrown away is kept for a few minutes, so that it can be taken back."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    THROWN = "thrown"


@dataclass(frozen=True, slots=True)
class ReviewFace:
    """A face of a picture in the queue.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the picture kept.
        said: The model's label.
        probability: Of that label, 0 to 1.
        uncertain: Why the model did not trust it; None where it did.
        label: What the face is to be called; None: it is no face.
        asked: Whether it is this face that the reviewer is asked about.
    """

    box: Box
    said: Label
    probability: float
    uncertain: Uncertain | None = None
    label: Label | None = None
    asked: bool = False

    @classmethod
    def of(cls, face: Face) -> ReviewFace:
        """A face as the model sees it, about which nobody is asked."""
        return cls(round_box(face.box), face.label, face.probabilities[face.label], face.uncertain, face.label)

    def ask(self, label: Label | None) -> ReviewFace:
        """The same face, asked about, with a label that somebody proposes; None: no face."""
        return replace(self, label=label, asked=True)

    @property
    def style(self) -> str:
        """The key of LABEL_STYLES for what the model said."""
        return "uncertain" if self.uncertain else self.said.value


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A picture in the queue.

    Attributes:
        id: Twelve hexadecimal digits, told to who gave it; the same picture has the same.
        at: When it came, with its time zone.
        size_wh: Width and height in pixels.
        faces: All that were found, also those that nobody is asked about.
        by_visitor: Whether a visitor said that a face is wrong; else the model was unsure.
        state: How far it has come.
        decided_at: When the state was changed last; None while it never was.
    """

    id: str
    at: datetime
    size_wh: tuple[int, int]
    faces: tuple[ReviewFace, ...]
    by_visitor: bool
    state: State = State.WAITING
    decided_at: datetime | None = None

    @property
    def asked(self) -> list[int]:
        """Places of the faces that are asked about."""
        return [number for number, face in enumerate(self.faces) if face.asked]

    @property
    def certainty(self) -> float:
        """How sure the model was of the face of which it was least sure, 0 to 1."""
        return min(self.faces[number].probability for number in self.asked)

    def relabel(self, number: int, label: Label | None) -> ReviewItem:
        """The same picture with another label for one of its faces; None: no face."""
        faces = list(self.faces)
        faces[number] = replace(faces[number], label=label)
        return replace(self, faces=tuple(faces))


def item_from(told: Mapping[str, Any]) -> ReviewItem:
    """Undo `dataclasses.asdict`, after a way through JSON.

    Raises:
        ValueError, KeyError, TypeError: It is not such a thing.
    """
    faces = tuple(_face_from(each) for each in told["faces"])
    width, height = (int(side) for side in told["size_wh"])
    item = ReviewItem(str(told["id"]), _time(told["at"]), (width, height), faces, bool(told["by_visitor"]),
                      State(told["state"]), _time(told["decided_at"]) if told["decided_at"] else None)  # fmt: skip
    if not item.asked:
        raise ValueError("nobody is asked about any of its faces")
    return item


def join(known: Sequence[ReviewFace], new: Sequence[ReviewFace]) -> tuple[ReviewFace, ...]:
    """The faces of a picture that came twice: of one box, a face that somebody asks about now counts most."""
    faces = {face.box: face for face in known}
    faces |= {face.box: face for face in new if face.asked or face.box not in faces}
    return tuple(faces.values())


def _face_from(told: Mapping[str, Any]) -> ReviewFace:
    uncertain = Uncertain(told["uncertain"]) if told["uncertain"] else None
    label = Label(told["label"]) if told["label"] else None
    box, said = round_box(tuple(told["box"])), Label(told["said"])
    return ReviewFace(box, said, float(told["probability"]), uncertain, label, bool(told["asked"]))


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"the time {text} has no zone")
    return at
