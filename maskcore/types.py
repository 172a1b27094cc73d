"""What the core says about a picture: labels, faces, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Label(StrEnum):
    """How a face wears its mask. A mouth covered by a hand or a cup is NO_MASK."""

    MASK = "mask"
    NO_MASK = "no_mask"
    INCORRECT = "incorrect"


class Uncertain(StrEnum):
    """Why a label should not be trusted. EARLY, in a video: not seen often enough yet."""

    SMALL = "small"
    BLURRED = "blurred"
    DARK = "dark"
    TURNED = "turned"
    UNSURE = "unsure"
    EARLY = "early"


@dataclass(frozen=True, slots=True)
class Face:
    """One face.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the picture given; x right, y down; inside the picture.
        score: Calibrated probability that this is a face, 0 to 1.
        label: The most probable label.
        probabilities: One entry a label, calibrated, summing to 1.
        uncertain: Why not to trust the label; None where it can be trusted.
        track: Identity over the frames of a video; None for a single picture.
    """

    box: tuple[float, float, float, float]
    score: float
    label: Label
    probabilities: Mapping[Label, float]
    uncertain: Uncertain | None = None
    track: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The face as plain JSON values, box to a tenth of a pixel."""
        face: dict[str, Any] = {
            "box": [round(float(side), 1) for side in self.box],
            "score": round(float(self.score), 4),
            "label": self.label.value,
            "probabilities": {label.value: round(float(p), 4) for label, p in self.probabilities.items()},
            "uncertain": self.uncertain.value if self.uncertain else None,
        }
        return face if self.track is None else face | {"track": self.track}


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts; faces = mask + no_mask + incorrect + uncertain."""

    faces: int = 0
    mask: int = 0
    no_mask: int = 0
    incorrect: int = 0
    uncertain: int = 0

    @classmethod
    def of(cls, faces: tuple[Face, ...]) -> Summary:
        """Count faces; an uncertain face counts as uncertain alone, whatever its label."""
        seen = ["uncertain" if face.uncertain else face.label.value for face in faces]
        return cls(len(seen), *(seen.count(name) for name in ("mask", "no_mask", "incorrect", "uncertain")))

    def to_dict(self) -> dict[str, int]:
        """The counts as plain JSON values."""
        return {name: getattr(self, name) for name in ("faces", "mask", "no_mask", "incorrect", "uncertain")}


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model answered."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class FrameResult:
    """Everything seen in one picture.

    Attributes:
        faces: Largest first; of boxes that were given, in their order.
        size: Width and height of the picture given, in pixels.
        timings_ms: Milliseconds by stage: prepare, detect, classify, total.
        model: The model that answered.
    """

    faces: tuple[Face, ...]
    size: tuple[int, int]
    timings_ms: Mapping[str, float]
    model: ModelInfo

    @property
    def summary(self) -> Summary:
        """Counts of the faces by what was seen."""
        return Summary.of(self.faces)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape of page, API and command line."""
        return {
            "size": list(self.size),
            "faces": [face.to_dict() for face in self.faces],
            "summary": self.summary.to_dict(),
            "timings_ms": {stage: round(float(ms), 2) for stage, ms in self.timings_ms.items()},
            "model": {"id": self.model.id, "version": self.model.version},
        }
