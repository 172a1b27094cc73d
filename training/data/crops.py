"""Training crops for the classifier: one face each, its box drawn this way and that, near and far, sharp and not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.preprocess import crop_faces
from maskcore.types import Label
from training.data.painting import SMALLEST_PAINTED, paint
from training.data.pictures import Pictures
from training.data.table import LABELS, label_numbers

SMALLEST_FACE = 8.0  # pixels of the shorter side; what is smaller is not shown in training
COARSEST = 10  # a crop may be degraded to this many pixels a side


def learnable(table: pd.DataFrame) -> pd.DataFrame:
    """The faces of a table, see training.data.table, that have a label and are large enough to learn it from."""
    sides = (table[["x2", "y2"]].to_numpy() - table[["x1", "y1"]].to_numpy()).min(axis=1)
    return table[table["label"].notna() & (sides >= SMALLEST_FACE)]


@dataclass(frozen=True, slots=True)
class Jitter:
    """How differently the same face may be boxed.

    Attributes:
        shift: Largest move of the box, as a share of its side.
        zoom: Largest natural logarithm by which box and face may differ in size.
        turn: Largest rotation in degrees.
        degrade: How often the crop is made coarse.
        paint: How often a bare face gets a mask, worn right or wrong, or a hand painted on.
        recolor: How often blue, green and red change places, so that shape tells a mask more than colour.
    """

    shift: float = 0.15
    zoom: float = 0.25
    turn: float = 15.0
    degrade: float = 0.5
    paint: float = 0.3
    recolor: float = 0.1


class CropSampler:
    """Cuts crops out of photographs.

    Args:
        table: Faces with labels, see training.data.
        side: Side of a crop in pixels.
        margin: Share of the face's longer side added around it.
        jitter: How much crops vary; None: as the box says.
        pictures: Where to read from.
    """

    def __init__(
        self, table: pd.DataFrame, *, side: int, margin: float, jitter: Jitter | None, pictures: Pictures | None = None
    ):
        faces = learnable(table).reset_index(drop=True)
        self.side, self.margin, self.jitter = side, margin, jitter
        self.paths = faces["image"].tolist()
        self.boxes_xyxy = faces[["x1", "y1", "x2", "y2"]].to_numpy(np.float32)
        self.labels = label_numbers(faces["label"])
        self.covered = faces["covered"].to_numpy(bool)
        self.bare = (faces["label"] == Label.NO_MASK).to_numpy(bool) & ~self.covered
        self.whole = faces["crop"].to_numpy(bool)
        self.sources = faces["source"].to_numpy(str)
        self._pictures = pictures or Pictures()

    def __len__(self) -> int:
        return len(self.labels)

    def cut(self, index: int, random: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
        """The crop of one face, (side, side, 3) uint8 BGR, and the number of its label among LABELS.

        The label is that of the table, unless a mask was painted on.
        """
        image, scale = self._pictures.read(self.paths[index])
        box, label = self.boxes_xyxy[index] * scale, int(self.labels[index])
        margin = self.margin
        if self.whole[index]:
            # a picture that is itself a crop has a margin of its own, of unknown width
            margin = random.uniform(-0.05, 0.15) if self.jitter else 0.05
        if self.jitter is None:
            return crop_faces(image, box[None], side=self.side, margin=margin)[0], label
        image, box = _surroundings(image, box, self.side)
        if self.bare[index] and random.random() < self.jitter.paint and min(box[2:] - box[:2]) >= SMALLEST_PAINTED:
            image, painted = paint(image, box, random)
            label = LABELS.index(painted)
        return self._varied(image, box, margin, random), label

    def _varied(self, image, box, margin: float, random: np.random.Generator) -> NDArray[np.uint8]:
        how = self.jitter
        width, height = box[2] - box[0], box[3] - box[1]
        centre = np.array([box[0] + width / 2, box[1] + height / 2])
        centre = centre + random.uniform(-how.shift, how.shift, 2) * (width, height)
        side = max(width, height) * (1 + 2 * margin) * np.exp(random.uniform(-how.zoom, how.zoom))
        coarse = self.side
        if random.random() < how.degrade:
            coarse = int(np.exp(random.uniform(np.log(COARSEST), np.log(self.side))))
        crop = _rotated(image, centre, side, random.uniform(-how.turn, how.turn), self.side)
        if coarse < self.side:
            small = cv2.resize(crop, (coarse, coarse), interpolation=cv2.INTER_AREA)
            crop = cv2.resize(small, (self.side, self.side), interpolation=random.choice([1, 2]))
        if random.random() < how.recolor:
            crop = crop[:, :, random.permutation(3)]
        if random.random() < 0.3:
            quality = int(random.integers(25, 90))
            crop = cv2.imdecode(cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
        return crop[:, ::-1] if random.random() < 0.5 else crop


def _surroundings(image, box, side: int):
    """The part of a picture that crops of a face may show, no larger than they need it, and the face's box in it."""
    longer = max(box[2] - box[0], box[3] - box[1])
    centre = (box[:2] + box[2:]) / 2
    x1, y1 = np.maximum(np.floor(centre - 1.5 * longer), 0).astype(int)
    x2, y2 = np.ceil(centre + 1.5 * longer).astype(int)
    window, box = image[y1:y2, x1:x2], box - np.array([x1, y1, x1, y1], np.float32)
    scale = 2 * side / longer
    if scale < 1:
        size = np.maximum(1, np.round(np.array(window.shape[1::-1]) * scale)).astype(int)
        window = cv2.resize(window, size.tolist(), interpolation=cv2.INTER_AREA)
        box = box * np.float32(scale)
    return window, box


def _rotated(image, centre, side: float, degrees: float, out: int) -> NDArray[np.uint8]:
    """A square of a picture, turned about its centre; edges repeat."""
    reach = side * 0.75  # half the diagonal of the square, so that nothing is missing after the turn
    corner = np.floor(np.maximum(centre - reach, 0)).astype(int)
    end = np.minimum(np.ceil(centre + reach), [image.shape[1], image.shape[0]]).astype(int)
    end = np.maximum(end, corner + 1)
    corner = np.minimum(corner, end - 1)
    window = image[corner[1] : end[1], corner[0] : end[0]]
    scale = out / side
    if scale < 0.5:  # warping skips pixels when it shrinks: average first
        shrink = scale * 2
        size = [max(1, round(window.shape[1] * shrink)), max(1, round(window.shape[0] * shrink))]
        window = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
    else:
        shrink = 1.0
    matrix = cv2.getRotationMatrix2D(tuple((centre - corner) * shrink), degrees, scale / shrink)
    matrix[:, 2] += out / 2 - (centre - corner) * shrink
    return cv2.warpAffine(window, matrix, (out, out), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
