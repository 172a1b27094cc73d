"""The copies of a picture, and their pieces, that the detector sees: as large as asked for, from afar, from nearer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskcore.preprocess import SIZE_MULTIPLE, letterbox, round_up

TILE = 1024  # pixels; a copy that is much larger is cut into tiles of this side, so that memory stays bounded
TILE_OVERLAP = 128  # a face no larger than this lies whole in one tile; larger ones are seen from farther away
FAR_STEP = 4  # each look from farther away is so much smaller
FAR_LEAST = 128  # pixels of the longer side of the smallest look
FAR_FACE = 24  # pixels of the shorter side in a look from afar; what is less there, the larger look sees better
NEAR_STEP = 1.5  # the look from nearer is so much larger
NEAR_FROM, NEAR_TO = 640, 1280  # pixels of the first look's longer side; less is asked for speed, more is large enough
NEAR_FACE = 20  # pixels of the shorter side in the first look; around smaller faces it is looked from nearer
NEAR_MOST = 36  # pixels of the shorter side there; larger ones the first look has seen well
NEAR_AROUND = 64  # pixels there, around all smaller faces: people stand together


@dataclass(frozen=True, slots=True)
class Look:
    """One copy of a picture, or a piece of one, that the detector sees.

    Attributes:
        input_bgr: (h, w, 3) uint8, sides multiples of 32.
        scale: From the picture to the copy.
        corner_xy: Where the input's top left lies in the whole copy.
        whole_wh: Width and height of the whole copy.
        least, most: Shorter sides of the faces that are wanted of it, in its pixels.
    """

    input_bgr: NDArray[np.uint8]
    scale: float
    corner_xy: tuple[int, int]
    whole_wh: tuple[int, int]
    least: float = 0
    most: float = math.inf


class Looks:
    """A picture as the detector sees it.

    Args:
        image_bgr: (H, W, 3) uint8.
        longer_side: Of the copy that is seen first, a multiple of 32.

    Attributes:
        size_wh: Width and height of the picture in pixels.
        first: That copy and, since faces that fill it are best found from afar, quarters of it, largest first. One of
            640 pixels comes with one of 160, which costs a sixteenth; one of much more than 1024 in overlapping tiles.
    """

    def __init__(self, image_bgr: NDArray[np.uint8], *, longer_side: int):
        self.size_wh = (image_bgr.shape[1], image_bgr.shape[0])
        self._image_bgr, self._longer_side = image_bgr, longer_side
        input_bgr, scale = letterbox(image_bgr, longer_side=longer_side)
        self._scale = scale
        self.first = _tiles(input_bgr, scale)
        while (smaller := round_up(max(input_bgr.shape[:2]) // FAR_STEP)) >= FAR_LEAST:
            input_bgr, step = letterbox(input_bgr, longer_side=smaller)
            scale *= step
            height, width = input_bgr.shape[:2]
            self.first.append(Look(input_bgr, scale, (0, 0), (width, height), least=FAR_FACE))

    def nearer(self, boxes_xyxy: NDArray[np.float32]) -> list[Look]:
        """Looks from nearer at the surroundings of small faces, which are told better and rarely come alone.

        Args:
            boxes_xyxy: (N, 4) float32, pixels of the picture: faces that were found, of any size.
        Returns:
            None where no face is small, or where the first look is too small or too large for it.
        """
        sides = (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]).min(axis=1) * self._scale
        small = boxes_xyxy[sides < NEAR_FACE]
        if not len(small) or not NEAR_FROM <= self._longer_side <= NEAR_TO:
            return []
        copy_bgr, scale = letterbox(self._image_bgr, longer_side=round_up(int(self._longer_side * NEAR_STEP)))
        height, width = copy_bgr.shape[:2]
        low = np.maximum(small[:, :2].min(axis=0) * scale - NEAR_AROUND, 0).astype(int) // SIZE_MULTIPLE * SIZE_MULTIPLE
        high = np.ceil(np.minimum(small[:, 2:].max(axis=0) * scale + NEAR_AROUND, (width, height))).astype(int)
        (left, top), (right, bottom) = low.tolist(), high.tolist()
        piece_bgr = copy_bgr[top : top + round_up(bottom - top), left : left + round_up(right - left)]
        return _tiles(piece_bgr, scale, corner_xy=(left, top), whole_wh=(width, height), most=NEAR_MOST)


def _tiles(
    input_bgr: NDArray[np.uint8],
    scale: float,
    *,
    corner_xy: tuple[int, int] = (0, 0),
    whole_wh: tuple[int, int] | None = None,
    most: float = math.inf,
) -> list[Look]:
    """A copy, or the piece of one that begins at a corner, in one look or in tiles."""
    height, width = input_bgr.shape[:2]
    x, y = corner_xy
    return [
        Look(input_bgr[top:bottom, left:right], scale, (x + left, y + top), whole_wh or (width, height), most=most)
        for top, bottom in _cuts(height)
        for left, right in _cuts(width)
    ]


def _cuts(length: int) -> list[tuple[int, int]]:
    """Start and end of the pieces of a side, all of one length and overlapping."""
    if length <= TILE + TILE_OVERLAP:
        return [(0, length)]
    count = math.ceil((length - TILE_OVERLAP) / (TILE - TILE_OVERLAP))
    starts = np.linspace(0, length - TILE, count).round().astype(int).tolist()
    return [(start, start + TILE) for start in starts]
