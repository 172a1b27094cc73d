"""A small picture of everybody in a video."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskcore.boxes import clip_boxes
from maskcore.imaging import encode_jpeg
from maskcore.preprocess import shrink
from maskcore.privacy import Blur, blur_faces
from maskcore.styles import style_key
from maskcore.tracking.people import Person
from maskcore.types import Face, Label

SIDE = 96  # most pixels of the longer side
MARGIN = 0.25  # of the face on each side


@dataclass(frozen=True, slots=True)
class _Portrait:
    image_bgr: NDArray[np.uint8]
    face: Face  # in pixels of image_bgr
    rank: tuple[bool, float]


class Portraits:
    """Keeps the best look at everybody who is in the picture until they are gone.

    Args:
        blur: Whose faces are unrecognisable in it; None: nobody's.
    """

    def __init__(self, blur: Blur | None):
        self._blur = blur
        self._best: dict[int, _Portrait] = {}

    def see(self, image_bgr: NDArray[np.uint8], faces: Sequence[Face]) -> None:
        """Take one frame, (H, W, 3) uint8, in which the faces that must not be seen are covered already."""
        for face in faces:
            if face.track is None:
                continue
            best, rank = self._best.get(face.track), (face.uncertain is None, _area(face))
            # one that shows another label than the newest would puzzle, however large
            stale = best is not None and rank[0] and best.face.label is not face.label
            if best is None or stale or rank > best.rank:
                self._best[face.track] = _cut(image_bgr, face, rank)

    def take(self, gone: Iterable[Person]) -> dict[int, bytes]:
        """The pictures of those who are gone, as JPEG by track; of who was not seen there is none."""
        best = ((person, self._best.pop(person.track, None)) for person in gone)
        return {person.track: encode_jpeg(self._shown(each, person)) for person, each in best if each is not None}

    def _shown(self, portrait: _Portrait, person: Person) -> NDArray[np.uint8]:
        bare = style_key(replace(portrait.face, label=person.label, uncertain=person.uncertain)) == Label.NO_MASK
        if self._blur is None or (self._blur is Blur.EXCEPT_NO_MASK and bare):
            return portrait.image_bgr
        # covered here too: the label of this frame may have been another than that of the end
        return blur_faces(portrait.image_bgr, [portrait.face])


def _cut(image_bgr: NDArray[np.uint8], face: Face, rank: tuple[bool, float]) -> _Portrait:
    x1, y1, x2, y2 = face.box
    across, down = MARGIN * (x2 - x1), MARGIN * (y2 - y1)
    grown = np.array([[x1 - across, y1 - down, x2 + across, y2 + down]], np.float32)
    left, top, right, bottom = clip_boxes(grown, (image_bgr.shape[1], image_bgr.shape[0]))[0].round().astype(int)
    part = image_bgr[top : max(bottom, top + 1), left : max(right, left + 1)]
    small = shrink(part, longer_side=SIDE).copy()  # else a part that is not shrunk holds on to its whole frame
    scale = max(small.shape[:2]) / max(part.shape[:2])
    box = ((x1 - left) * scale, (y1 - top) * scale, (x2 - left) * scale, (y2 - top) * scale)
    return _Portrait(small, replace(face, box=box), rank)


def _area(face: Face) -> float:
    x1, y1, x2, y2 = face.box
    return (x2 - x1) * (y2 - y1)
