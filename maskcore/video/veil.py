"""Whose faces are covered in a film, so that one missed frame does not show them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskcore.boxes import iou_matrix
from maskcore.privacy import Blur, faces_to_blur
from maskcore.types import Face

HOLD_S = 0.5  # a person is covered for this long where the face was last seen
SAME = 0.3  # overlap of a found face with the box of a person, from which both are one


class Veil:
    """Tells frame by frame which faces to cover.

    Covered are the people whom `blur` speaks of, for a moment after they were missed too, and every faint face that
    belongs to nobody.

    Args:
        blur: Whose faces; None: nobody's.
    """

    def __init__(self, blur: Blur | None):
        self._blur = blur
        self._recent: dict[int, tuple[Face, float]] = {}

    def cover(self, found: Sequence[Face], people: Sequence[Face], *, at_s: float) -> tuple[Face, ...]:
        """The faces to cover in one frame.

        Args:
            found: As the detector found them, faint ones too.
            people: As the watch tells them: boxes smoothed, labels voted.
            at_s: When, in seconds of the film.
        """
        if self._blur is None:
            return ()
        self._recent |= {face.track: (face, at_s) for face in people if face.track is not None}
        self._recent = {track: seen for track, seen in self._recent.items() if at_s - seen[1] <= HOLD_S}
        known = [face for face, _ in self._recent.values()] + [face for face in people if face.track is None]
        return (*self.of(known), *_strangers(found, known))

    def of(self, faces: Sequence[Face]) -> list[Face]:
        """Those of the faces whom `blur` speaks of."""
        return faces_to_blur(faces, self._blur) if self._blur else []


def _strangers(found: Sequence[Face], known: Sequence[Face]) -> list[Face]:
    if not found or not known:
        return list(found)
    overlap = iou_matrix(_boxes(found), _boxes(known)).max(axis=1)
    return [face for face, most in zip(found, overlap, strict=True) if most < SAME]


def _boxes(faces: Sequence[Face]) -> NDArray[np.float32]:
    return np.array([face.box for face in faces], np.float32)
