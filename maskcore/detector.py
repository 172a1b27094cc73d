"""From a picture to face boxes and scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.boxes import clip_boxes, suppress
from maskcore.looks import Look, Looks
from maskcore.models import DetectorSpec
from maskcore.preprocess import DETECTOR_STRIDE
from maskcore.runtime import Graph

DETECTOR_OUTPUT = "maps"  # of its graph
CANDIDATES = 2000  # peaks looked at in one picture, best first
NEAR_ROWS, NEAR_COLUMNS = np.mgrid[-1:2, -1:2].reshape(2, 9)  # of a cell and the eight around it, from that cell
EDGE = 2  # pixels
SIDES_FACTOR = 3  # of the graph's logarithms of sides, whose int8 steps would be too coarse beside those of logits
LEAST_SEEN = 0.1  # a given face that the detector takes for one with less probability, it is not asked about
FEW_DOUBTS = 0.3  # probability from which on a small face is reason enough to look from nearer


class Faces(NamedTuple):
    """Faces of one picture, best first.

    Attributes:
        boxes_xyxy: (N, 4) float32, pixels of the picture.
        scores: (N,) float32, probabilities.
        label_logits: (N, labels) float32, how the detector thinks that their masks are worn.
    """

    boxes_xyxy: NDArray[np.float32]
    scores: NDArray[np.float32]
    label_logits: NDArray[np.float32]


class Detector:
    """Finds faces.

    Args:
        graph: From pictures to DETECTOR_OUTPUT (B, H/4, W/4, 5 + labels), see training.rearrange.
        spec: Calibration and overlap.
    """

    def __init__(self, graph: Graph, spec: DetectorSpec):
        self._graph, self._spec = graph, spec

    def find(self, looks: Looks, *, min_score: float) -> Faces:
        """Faces of one picture; of a face found in several looks the likeliest box is kept.

        Args:
            looks: The picture.
            min_score: Lowest probability.
        """
        least = min(min_score, FEW_DOUBTS)  # what is found must not hang on what is asked for
        faces = self._find(looks.first, looks.size_wh, least)
        nearer = looks.nearer(faces.boxes_xyxy[faces.scores >= FEW_DOUBTS])
        if nearer:
            parts = zip(faces, self._find(nearer, looks.size_wh, least), strict=True)
            faces = self._best(Faces(*map(np.concatenate, parts)))
        good = faces.scores >= min_score
        return Faces(*(part[good] for part in faces))

    def _find(self, looks: Sequence[Look], size_wh: tuple[int, int], min_score: float) -> Faces:
        found = [self._look(look, self._logit(min_score)) for look in looks]
        boxes, logits, label_logits = (np.concatenate(parts) for parts in zip(*found, strict=True))
        boxes = clip_boxes(boxes, size_wh)
        sides = boxes[:, 2:] - boxes[:, :2]
        solid = (sides > 1).all(axis=1)
        boxes, logits, label_logits = boxes[solid], logits[solid], label_logits[solid]
        scores = np.asarray(1 / (1 + np.exp(-(self._spec.slope * logits + self._spec.offset))), np.float32)
        return self._best(Faces(boxes, scores, label_logits))

    def _best(self, faces: Faces) -> Faces:
        kept = suppress(faces.boxes_xyxy, faces.scores, max_iou=self._spec.max_iou)
        return Faces(*(part[kept] for part in faces))

    def tell(self, looks: Looks, boxes_xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """How the masks of given faces are worn.

        Args:
            looks: The picture; each face is told by the look that sees it best.
            boxes_xyxy: (N, 4) float32, pixels of the picture.
        Returns:
            (N, labels) float32 logits; NaN in the rows of faces that the detector does not see.
        """
        best = np.full(len(boxes_xyxy), self._logit(LEAST_SEEN), np.float32)
        told: NDArray[np.float32] | None = None
        for look in [*looks.first, *looks.nearer(boxes_xyxy)]:
            heat, _, labels = self._maps(look)
            if told is None:
                told = np.full((len(boxes_xyxy), labels.shape[-1]), np.nan, np.float32)
            places = (boxes_xyxy * np.float32(look.scale) - np.tile(look.corner_xy, 2)) / DETECTOR_STRIDE
            for number, (x1, y1, x2, y2) in enumerate(places):
                cells = (_middle(y1, y2, heat.shape[0]), _middle(x1, x2, heat.shape[1]))
                window = heat[cells]
                if window.size and window.max() > best[number]:
                    best[number] = window.max()
                    told[number] = labels[cells][np.unravel_index(window.argmax(), window.shape)]
        assert told is not None, "a picture is looked at once at least"
        return told

    def _look(self, look: Look, min_logit: float) -> tuple[NDArray[np.float32], ...]:
        """Boxes in pixels of the picture, their logits and those of their labels."""
        heat, sides, labels = self._maps(look)
        boxes, cells = decode(heat, sides, factor=SIDES_FACTOR, min_logit=min_logit)
        boxes = boxes + np.tile(np.array(look.corner_xy, np.float32), 2)
        good = ~_cut_off(boxes, look)
        sides = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
        good &= (look.least <= sides) & (sides < look.most)
        cells = (cells[0][good], cells[1][good])
        return boxes[good] / np.float32(look.scale), heat[cells], labels[cells]

    def _maps(self, look: Look) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Heat (h, w), sides (h, w, 4), times SIDES_FACTOR, and labels (h, w, labels) of one look."""
        maps = self._graph.run(look.input_bgr[None])[DETECTOR_OUTPUT][0]
        return np.ascontiguousarray(maps[..., 0]), maps[..., 1:5], maps[..., 5:]

    def _logit(self, score: float) -> float:
        score = min(max(score, 1e-6), 1 - 1e-6)
        return float((np.log(score / (1 - score)) - self._spec.offset) / self._spec.slope)


def _middle(low: float, high: float, cells: int) -> slice:
    """The cells of the middle half of a box along one axis, at least one where the box lies inside."""
    quarter = (high - low) / 4
    first = int(np.floor(low + quarter))
    return slice(max(0, first), max(0, min(cells, int(np.floor(high - quarter)) + 1)))


def _cut_off(boxes_xyxy: NDArray[np.float32], look: Look) -> NDArray[np.bool_]:
    """Which faces lie on an edge of their tile where the picture goes on: another look sees them whole."""
    height, width = look.input_bgr.shape[:2]
    low = np.array(look.corner_xy)
    high = low + (width, height)
    starts = (low > 0) & (boxes_xyxy[:, :2] < low + EDGE)
    ends = (high < look.whole_wh) & (boxes_xyxy[:, 2:] > high - EDGE)
    return np.asarray((starts | ends).any(axis=1))


def decode(
    heat: NDArray[np.float32], sides: NDArray[np.float32], *, min_logit: float, factor: float = 1
) -> tuple[NDArray[np.float32], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Boxes at the peaks of a heat map.

    Args:
        heat: (h, w) float32 logits.
        sides: (h, w, 4) float32, natural logarithms of the distances to left, top, right, bottom in strides, times
            `factor`.
        min_logit: Lower peaks are left out.
        factor: Above 0.
    Returns:
        (N, 4) float32 boxes in pixels of the detector's input, best first, and the rows and columns of their cells.
    """
    peaks = (heat >= min_logit) & (heat >= cv2.dilate(heat, np.ones((3, 3), np.uint8)))
    rows, columns = np.divmod(np.flatnonzero(peaks), heat.shape[1])  # a fraction of the time of nonzero
    order = np.argsort(-heat[rows, columns], kind="stable")[:CANDIDATES]
    rows, columns = rows[order], columns[order]
    return _voted(heat, sides, rows, columns, factor=factor), (rows, columns)


def _voted(
    heat: NDArray[np.float32],
    sides: NDArray[np.float32],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    *,
    factor: float,
) -> NDArray[np.float32]:
    """(N, 4) boxes of peaks, each the mean of the boxes of its cell and the eight around it, weighed by their odds.

    Neighbours see the same face and err otherwise (box voting: Gidaris and Komodakis 2015, arXiv:1505.01749).
    """
    y = np.clip(rows[:, None] + NEAR_ROWS, 0, heat.shape[0] - 1)
    x = np.clip(columns[:, None] + NEAR_COLUMNS, 0, heat.shape[1] - 1)
    odds = np.exp(heat[y, x] - heat[rows, columns, None])[..., None]
    distances = np.exp(np.clip(sides[y, x] / factor, -6, 6))
    centres = np.stack([x, y], axis=2) + np.float32(0.5)
    boxes = np.concatenate([centres - distances[..., :2], centres + distances[..., 2:]], axis=2)
    return np.asarray((odds * boxes).sum(axis=1) / odds.sum(axis=1) * DETECTOR_STRIDE, np.float32)
