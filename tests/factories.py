"""Made things for tests: faces, results, pictures, and a detector without a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.errors import OptionError
from maskcore.models import SHIPPED
from maskcore.modes import Mode
from maskcore.types import Face, FrameResult, Label, ModelInfo, Uncertain

MODEL = ModelInfo(id="fake", version="0.0")
TIMINGS_MS = {"prepare": 0.5, "detect": 2.0, "classify": 1.0, "total": 3.5}


def make_face(**over: Any) -> Face:
    """A masked face of 40×50 px; any field can be given, and `probabilities` follow `label` unless given."""
    label = Label(over.pop("label", Label.MASK))
    fields: dict[str, Any] = {
        "box": (30.0, 20.0, 70.0, 70.0),
        "score": 0.97,
        "label": label,
        "probabilities": {each: 0.9 if each is label else 0.05 for each in Label},
        "uncertain": None,
        "track": None,
    }
    return Face(**(fields | over))


def make_faces() -> tuple[Face, ...]:
    """One face of each look in a 320×240 picture: mask, no mask, worn wrong, can't tell."""
    looks: list[dict[str, Any]] = [
        {"label": Label.MASK},
        {"label": Label.NO_MASK},
        {"label": Label.INCORRECT},
        {"label": Label.MASK, "uncertain": Uncertain.UNSURE},
    ]
    return tuple(make_face(box=(10.0 + 75 * i, 60.0, 65.0 + 75 * i, 130.0), **look) for i, look in enumerate(looks))


def make_result(faces: Sequence[Face] | None = None, size: tuple[int, int] = (320, 240)) -> FrameResult:
    """A result for a picture of width and height `size`; without `faces`, one face of each look."""
    return FrameResult(tuple(make_faces() if faces is None else faces), size, dict(TIMINGS_MS), MODEL)


def make_picture(size: tuple[int, int] = (320, 240), *, faces: Sequence[Face] = ()) -> NDArray[np.uint8]:
    """A drawn picture, no photograph: a colour gradient that differs in every corner, with an oval for each face.

    Args:
        size: Width and height in pixels.
        faces: Where to draw ovals.
    Returns:
        (height, width, 3) uint8, BGR.
    """
    width, height = size
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    image_bgr = np.stack([across, down, np.full_like(across, 128.0)], axis=2).astype(np.uint8)
    for face in faces:
        x1, y1, x2, y2 = face.box
        center = (round((x1 + x2) / 2), round((y1 + y2) / 2))
        axes = (max(1, round((x2 - x1) / 2)), max(1, round((y2 - y1) / 2)))
        cv2.ellipse(image_bgr, center, axes, 0, 0, 360, (150, 180, 230), -1, cv2.LINE_AA)
    return image_bgr


class FakeDetector:
    """Stands in for MaskDetector: the same signature and option checks, fixed faces, no model.

    Attributes:
        faces: What every picture is said to hold; clipped to it, and dropped where nothing is left.
        calls: One dict a picture: size (width, height) and the options as they came.
        fail_with: Raised by the next calls, where set.
    """

    def __init__(self, faces: Sequence[Face] | None = None, *, fail_with: Exception | None = None) -> None:
        self.faces = tuple(make_faces() if faces is None else faces)
        self.calls: list[dict[str, Any]] = []
        self.fail_with = fail_with

    folder = SHIPPED

    @property
    def info(self) -> ModelInfo:
        return MODEL

    def detect(
        self,
        image_bgr: NDArray[np.uint8],
        *,
        input_size: int | Mode | None = None,
        min_score: float | None = None,
        max_faces: int | None = None,
        boxes: Sequence[Sequence[float]] | None = None,
    ) -> FrameResult:
        height, width = image_bgr.shape[:2]
        options = {"input_size": input_size, "min_score": min_score, "max_faces": max_faces, "boxes": boxes}
        self.calls.append({"size": (width, height)} | options)
        if self.fail_with is not None:
            raise self.fail_with
        _check_options(input_size, min_score, max_faces)
        if boxes is None:
            found = [face for face in self.faces if face.score >= (min_score or 0.0)]
        else:
            found = [make_face(box=tuple(map(float, box)), score=1.0) for box in boxes]
        seen = [clipped for face in found if (clipped := _clip(face, width, height))]
        if boxes is None:
            seen = sorted(seen, key=_area, reverse=True)[:max_faces]
        return make_result(seen, (width, height))

    def detect_batch(
        self,
        images_bgr: Sequence[NDArray[np.uint8]],
        *,
        input_size: int | Mode | None = None,
        min_score: float | None = None,
        max_faces: int | None = None,
    ) -> list[FrameResult]:
        return [
            self.detect(image_bgr, input_size=input_size, min_score=min_score, max_faces=max_faces)
            for image_bgr in images_bgr
        ]


def _check_options(input_size: int | Mode | None, min_score: float | None, max_faces: int | None) -> None:
    if isinstance(input_size, int) and (input_size % 32 or not 32 <= input_size <= 4096):
        raise OptionError(f"input_size must be a multiple of 32 from 32 to 4096, not {input_size}.")
    if min_score is not None and not 0 <= min_score <= 1:
        raise OptionError(f"min_score must be from 0 to 1, not {min_score}.")
    if max_faces is not None and max_faces < 1:
        raise OptionError(f"max_faces must be at least 1, not {max_faces}.")


def _clip(face: Face, width: int, height: int) -> Face | None:
    x1, y1, x2, y2 = face.box
    box = (max(0.0, x1), max(0.0, y1), min(float(width), x2), min(float(height), y2))
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return None
    return Face(box, face.score, face.label, face.probabilities, face.uncertain, face.track)


def _area(face: Face) -> float:
    x1, y1, x2, y2 = face.box
    return (x2 - x1) * (y2 - y1)
