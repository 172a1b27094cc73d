"""Looks for what a network gets most surely wrong, on validation pictures."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from maskcore.boxes import iou_matrix, suppress
from maskcore.detector import decode
from maskcore.preprocess import letterbox
from training.data.crops import CropSampler
from training.data.mosaic import SMALLEST_FACE, Photograph
from training.data.pictures import Pictures
from training.data.table import LABELS
from training.runs.mistakes import FACE, MOST, NOTHING, Mistake

FACES, PHOTOGRAPHS = 2000, 40  # looked at, so that it takes seconds
BATCH = 250
SURE = 0.5  # probability from which on a face counts as found
SAME, APART = 0.5, 0.3  # overlap with a known face from which on one found is it, and below which it is another thing
LEAST_LOGIT, MOST_OVERLAP = -6.0, 0.45


def wrong_labels(network: keras.Model, faces: CropSampler) -> list[Mistake]:
    """Faces whose label a classifier tells otherwise than people do, the surest first.

    Args:
        network: Gives logits, see build_classifier.
        faces: Without jitter.
    """
    chosen, random = _spread(len(faces), FACES), np.random.default_rng(0)
    found: list[Mistake] = []
    for start in range(0, len(chosen), BATCH):
        some = chosen[start : start + BATCH]
        crops = np.stack([faces.cut(index, random)[0] for index in some])
        logits = _answer(network, crops)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        for index, share in zip(some, shares, strict=True):
            told, given = int(share.argmax()), int(faces.labels[index])
            if told != given:
                found.append(
                    _mistake(faces.paths[index], faces.boxes_xyxy[index], LABELS[given], LABELS[told], share[told])
                )
    return sorted(found, key=lambda each: -each.probability)[:MOST]


def wrong_faces(
    network: keras.Model, photographs: Sequence[Photograph], *, pictures: Pictures, side: int
) -> list[Mistake]:
    """Faces that a detector misses, and what it takes for one, the surest of both first.

    Args:
        network: See build_detector.
        photographs: With their faces.
        pictures: Where to read from.
        side: Longer side in pixels at which it sees them; faces that are too small there to be learned are passed over.
    """
    missed: list[Mistake] = []
    alarms: list[Mistake] = []
    for index in _spread(len(photographs), PHOTOGRAPHS):
        item = photographs[index]
        image_bgr, stored_scale = pictures.read(item.path)
        input_bgr, scale = letterbox(image_bgr, longer_side=side)
        maps = _answer(network, input_bgr[None])[0]
        boxes, cells = decode(maps[..., 0], maps[..., 1:5], min_logit=LEAST_LOGIT)
        scores = 1 / (1 + np.exp(-maps[..., 0][cells]))
        kept = suppress(boxes, scores, max_iou=MOST_OVERLAP)
        boxes, scores = boxes[kept] / (scale * stored_scale), scores[kept]
        overlap = iou_matrix(item.boxes_xyxy, boxes.astype(np.float32))
        sides = (item.boxes_xyxy[:, 2:] - item.boxes_xyxy[:, :2]).min(axis=1, initial=1e9) * scale * stored_scale
        for number in np.flatnonzero(sides >= 2 * SMALLEST_FACE):
            best = scores[overlap[number] >= SAME].max(initial=0.0)
            if best < SURE:
                missed.append(_mistake(item.path, item.boxes_xyxy[number], FACE, NOTHING, best))
        for number in np.flatnonzero((scores >= SURE) & (overlap.max(axis=0, initial=0.0) < APART)):
            alarms.append(_mistake(item.path, boxes[number], NOTHING, FACE, scores[number]))
    missed.sort(key=lambda each: each.probability)
    alarms.sort(key=lambda each: -each.probability)
    half = MOST // 2
    return missed[: max(half, MOST - len(alarms))] + alarms[: max(half, MOST - len(missed))]


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """Places among `count`, evenly apart, at most `most`: the same ones after every epoch."""
    return np.linspace(0, count - 1, min(count, most)).astype(int)


def _answer(network: keras.Model, images_bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    pixels = images_bgr.astype(np.float32) / 127.5 - 1
    return np.asarray(keras.ops.convert_to_numpy(network(pixels, training=False)), np.float32)


def _mistake(image: str, box: NDArray[np.float32], given: str, told: str, probability: float) -> Mistake:
    x1, y1, x2, y2 = (round(float(side), 1) for side in box)
    return Mistake(image, (x1, y1, x2, y2), str(given), str(told), round(float(probability), 4))
