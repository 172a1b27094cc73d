"""Training pictures for the detector: faces at every size, up to sixteen photographs in one."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.types import Label
from training.data.painting import SMALLEST_PAINTED, paint
from training.data.pictures import Pictures
from training.data.table import LABELS, label_numbers

SMALLEST_FACE = 6.0  # pixels of the shorter side; a smaller face is ignored rather than learned
VISIBLE = 0.4  # a face cut so that less than this share of it is left is ignored
# pixels; the face a tile is cut around is brought to a size between these, if it fits: larger ones are looked for in a
# smaller copy of the picture, see maskcore.preprocess.looks
FACE_SIZES = (7.0, 290.0)
GRIDS = {1: 0.3, 2: 0.4, 3: 0.2, 4: 0.1}  # how often a training picture is cut into so many rows and columns
ENLARGE_MOST = 2.0
TILT = 40.0  # degrees; people lie down, and hold cameras askew
SIDEWAYS = 0.15  # how often a tilted photograph lies on its side, too
RECOLORED = 0.06  # how often colours change places: stage light, prints, infrared
COVER_LEAST = 0.85  # a photograph is shrunk to no less than this share of what fits its tile


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph and its faces.

    Attributes:
        path: The file.
        source: The set it comes from.
        boxes_xyxy: (N, 4) float32, pixels of the file.
        labels: (N,) int64, places in training.data.table.LABELS, -1 where not known.
        bare: (N,) bool, no mask and nothing else before the mouth.
    """

    path: str
    source: str
    boxes_xyxy: NDArray[np.float32]
    labels: NDArray[np.int64]
    bare: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TrainingPicture:
    """What the detector is shown.

    Attributes:
        image_bgr: (side, side, 3) uint8.
        boxes_xyxy: (N, 4) float32 faces in pixels.
        labels: (N,) int64, as in Photograph.
        ignored_xyxy: (M, 4) float32, pixels; faces that the detector may find or not.
    """

    image_bgr: NDArray[np.uint8]
    boxes_xyxy: NDArray[np.float32]
    labels: NDArray[np.int64]
    ignored_xyxy: NDArray[np.float32]


def photographs(table: pd.DataFrame) -> list[Photograph]:
    """The photographs of a table of faces, one each, those without faces too."""
    found = []
    for (source, path), rows in table.groupby(["source", "image"], sort=True):
        faces = rows.dropna(subset=["x1", "y1", "x2", "y2"])
        boxes = faces[["x1", "y1", "x2", "y2"]].to_numpy(np.float32).reshape(-1, 4)
        labels = label_numbers(faces["label"])
        bare = (labels == LABELS.index(Label.NO_MASK)) & ~faces["covered"].to_numpy(bool)
        found.append(Photograph(str(path), str(source), boxes, labels, bare))
    return found


class MosaicSampler:
    """Cuts square training pictures out of photographs.

    Args:
        items: The photographs.
        side: Side of a training picture in pixels, a multiple of 32.
        source_weights: How often a set is drawn, relative to the others; sets not named weigh 1.
        tilted: How often a photograph is tilted, 0 to 1.
        painted: How often a bare face gets a mask or a hand painted on, 0 to 1.
        pictures: Where to read from.
    """

    def __init__(
        self,
        items: list[Photograph],
        *,
        side: int,
        source_weights: dict[str, float] | None = None,
        tilted: float = 0.2,
        painted: float = 0.15,
        pictures: Pictures | None = None,
    ):
        self.side, self.tilted, self.painted = side, tilted, painted
        self._pictures = pictures or Pictures()
        by_source: dict[str, list[Photograph]] = {}
        for item in items:
            by_source.setdefault(item.source, []).append(item)
        self._groups = list(by_source.values())
        weights = np.array([(source_weights or {}).get(source, 1.0) for source in by_source])
        self._shares = weights / weights.sum()

    def draw(self, random: np.random.Generator) -> TrainingPicture:
        """One training picture."""
        canvas = np.full((self.side, self.side, 3), random.integers(0, 256), np.uint8)
        faces: list[NDArray[np.float32]] = []
        labels: list[NDArray[np.int64]] = []
        ignored: list[NDArray[np.float32]] = []
        for left, top, right, bottom in self._tiles(random):
            tile, seen, told, unseen = self._tile(right - left, bottom - top, random)
            canvas[top:bottom, left:right] = tile
            offset = np.array([left, top, left, top], np.float32)
            faces.append(seen + offset)
            labels.append(told)
            ignored.append(unseen + offset)
        boxes, blind = np.concatenate(faces), np.concatenate(ignored)
        if random.random() < 0.5:
            canvas, boxes, blind = canvas[:, ::-1], self._mirror(boxes), self._mirror(blind)
        return TrainingPicture(np.ascontiguousarray(canvas), boxes, np.concatenate(labels), blind)

    def _tiles(self, random: np.random.Generator) -> list[tuple[int, int, int, int]]:
        count = random.choice(list(GRIDS), p=list(GRIDS.values()))
        cuts = []
        for _ in range(2):
            inner = np.arange(1, count) + random.uniform(-0.3, 0.3, count - 1)
            cuts.append([0, *(inner * self.side / count).astype(int), self.side])
        columns, rows = (list(zip(cut, cut[1:], strict=False)) for cut in cuts)
        return [(x1, y1, x2, y2) for y1, y2 in rows for x1, x2 in columns]

    def _tile(self, width: int, height: int, random: np.random.Generator):
        """A piece of one photograph, width x height, with the faces in it, their labels and the boxes to ignore."""
        group = self._groups[random.choice(len(self._groups), p=self._shares)]
        item = group[random.integers(len(group))]
        image, stored_scale = self._pictures.read(item.path)
        boxes = item.boxes_xyxy * stored_scale
        scale, centre = self._aim(boxes, image.shape, (width, height), random)
        degrees = self._tilt(random)
        tile = _cut(image, scale=scale, centre=centre, degrees=degrees, size_wh=(width, height))
        if random.random() < RECOLORED:
            tile = tile[..., random.permutation(3)]
        moved = _turned((boxes - np.tile(centre, 2)) * scale, degrees) + np.tile([width / 2, height / 2], 2)
        moved = moved.astype(np.float32)
        inside = np.clip(moved, 0, np.array([width, height, width, height], np.float32))
        sides, sides_inside = moved[:, 2:] - moved[:, :2], inside[:, 2:] - inside[:, :2]
        visible = sides_inside.prod(axis=1) / np.maximum(sides.prod(axis=1), 1e-6)
        good = (visible >= VISIBLE) & (sides_inside.min(axis=1, initial=1e9) >= SMALLEST_FACE)
        labels = item.labels.copy()
        if not degrees:  # a turned face is not where painting takes its parts to be
            for number in np.flatnonzero(good & item.bare & (sides.min(axis=1, initial=1e9) >= SMALLEST_PAINTED)):
                if random.random() < self.painted:
                    labels[number] = _paint(tile, moved[number], random)
        return tile, inside[good], labels[good], inside[~good & (visible > 0)]

    def _tilt(self, random: np.random.Generator) -> float:
        """Degrees that a photograph is turned by, counter-clockwise."""
        if random.random() >= self.tilted:
            return 0.0
        aside = 90.0 * random.choice([-1, 1]) if random.random() < SIDEWAYS else 0.0
        return float(random.uniform(-TILT, TILT) + aside)

    def _aim(self, boxes, shape, size_wh, random: np.random.Generator) -> tuple[float, tuple[float, float]]:
        """Scale of the photograph and the point of it, in its own pixels, that comes to the middle of the tile."""
        height, width = shape[:2]
        fits = min(size_wh[0] / width, size_wh[1] / height)
        if len(boxes) and random.random() < 0.8:
            x1, y1, x2, y2 = boxes[random.integers(len(boxes))]
            face = max(min(x2 - x1, y2 - y1), 1.0)
            wanted = np.exp(random.uniform(*np.log((FACE_SIZES[0], min(FACE_SIZES[1], 0.9 * min(size_wh))))))
            scale = min(max(wanted / face, COVER_LEAST * fits), ENLARGE_MOST)
            # the face lies anywhere in the tile, as long as most of it is there
            spread = np.array(size_wh) / scale / 2 * 0.8
            x, y = np.array([(x1 + x2) / 2, (y1 + y2) / 2]) + random.uniform(-1, 1, 2) * spread
        else:
            scale = min(fits * np.exp(random.uniform(np.log(COVER_LEAST), 1.2)), ENLARGE_MOST)
            x, y = random.uniform(0, width), random.uniform(0, height)
        # bring the photograph over as much of the tile as it can cover
        half = np.array(size_wh) / scale / 2
        x = np.clip(x, half[0], width - half[0]) if width >= 2 * half[0] else width / 2
        y = np.clip(y, half[1], height - half[1]) if height >= 2 * half[1] else height / 2
        return float(scale), (float(x), float(y))

    def _mirror(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.stack([self.side - boxes[:, 2], boxes[:, 1], self.side - boxes[:, 0], boxes[:, 3]], axis=1)


def _paint(tile: NDArray[np.uint8], box: NDArray[np.float32], random: np.random.Generator) -> int:
    """Paint a mask or a hand on one face of a tile; returns the place of its new label."""
    reach = 0.5 * (box[2:] - box[:2])
    x1, y1 = np.maximum(0, np.floor(box[:2] - reach)).astype(int)
    x2, y2 = np.ceil(box[2:] + reach).astype(int)
    tile[y1:y2, x1:x2], label = paint(tile[y1:y2, x1:x2], box - np.array([x1, y1, x1, y1], np.float32), random)
    return LABELS.index(label)


def _turned(boxes_xyxy: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    """Boxes around faces turned about the origin: a face is taken for an ellipse that touches its box's four sides."""
    if not degrees:
        return boxes_xyxy
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    centres, halves = (boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2, (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]) / 2
    # y points down, so counter-clockwise on the screen is (x, y) → (x cos + y sin, y cos − x sin)
    centres = np.stack([centres @ (cosine, sine), centres @ (-sine, cosine)], axis=1)
    halves = np.sqrt(np.stack([halves**2 @ (cosine**2, sine**2), halves**2 @ (sine**2, cosine**2)], axis=1))
    return np.hstack([centres - halves, centres + halves])


def _cut(image, *, scale: float, centre: tuple[float, float], degrees: float, size_wh: tuple[int, int]):
    """The window of a scaled and turned picture around a point of it; grey where the picture ends."""
    height, width = image.shape[:2]
    out = np.array(size_wh, float)
    reach = (np.full(2, np.hypot(*out) / 2) if degrees else out / 2) / scale + 1
    x1, y1 = np.maximum(0, np.floor(centre - reach)).astype(int)
    x2, y2 = np.minimum([width, height], np.ceil(centre + reach)).astype(int)
    window = image[y1:y2, x1:x2]
    scales = np.array([scale, scale])
    if scale < 0.5:  # warping skips pixels when it shrinks: average first
        size = np.maximum(1, np.round(np.array([x2 - x1, y2 - y1]) * scale * 2)).astype(int)
        window = cv2.resize(window, size.tolist(), interpolation=cv2.INTER_AREA)
        scales = scale * np.array([x2 - x1, y2 - y1]) / size
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cosine, sine], [-sine, cosine]])
    # half a pixel: OpenCV counts from the middle of the first pixel, boxes from its corner
    first = turn @ ((np.array([x1, y1]) - centre) * scale + scales / 2) + out / 2 - 0.5
    matrix = np.hstack([turn * scales, first[:, None]])
    return cv2.warpAffine(window, matrix, (int(out[0]), int(out[1])), borderValue=(114, 114, 114))
