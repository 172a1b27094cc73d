"""Probabilities that mean what they say: temperature, weights and logistic scaling on held-out photographs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from rich.progress import track
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit

from maskcore.boxes import iou_matrix
from maskcore.classifier import Classifier
from maskcore.detector import Detector
from maskcore.looks import Looks
from maskcore.models import Pool
from maskcore.opinions import probabilities
from maskcore.preprocess import crop_faces
from training.data.mosaic import photographs
from training.data.pictures import Pictures
from training.data.table import LABELS

SURE = (0.95, 0.97, 0.98, 0.99)  # probabilities from which on the detector may be believed unasked
FEWEST = 300  # faces that must agree on that: then fewer than one in a hundred will not (rule of three, at 95%)
LEAST_LOGIT = -3.9  # of a detector not yet calibrated: one box in fifty
SUREST = 1 - 1e-6  # of a score whose logit is taken; a detector may say 1 outright
TRUST = 2.0  # in the usual calibration: as if its factors were known to a half, by their logarithms
RIGHT_IOU = 0.4  # sets draw boxes differently: a face found this well is a face


def fit_temperature(logits: np.ndarray, labels: np.ndarray, *, usual: float | None = None) -> float:
    """The temperature that makes the truth most likely (Guo et al. 2017, arXiv:1706.04599).

    A few faces that are all told rightly would have it fall without end, and every label claimed as certain.

    Args:
        logits: (N, labels) float32.
        labels: (N,) int, the true label's column.
        usual: That of a model like it, which it stays the nearer to the fewer faces there are; None: it need not.
    """

    def loss(log_temperature: float) -> float:
        return _surprise(logits / np.exp(log_temperature), labels) + _strain([log_temperature], usual, len(labels))

    return float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded").x))


@dataclass(frozen=True)
class Observed:
    """What both networks say of the faces that the detector finds on photographs with known faces.

    Attributes:
        face_logits: (N,) float32, one a box found, of its score.
        right: (N,) bool, whether the box is the first to find a known face.
        crop_logits, whole_logits: (M, labels) float32, classifier's and detector's logits of the faces rightly found
            that have a label.
        labels: (M,) int64, places of these labels.
    """

    face_logits: np.ndarray
    right: np.ndarray
    crop_logits: np.ndarray
    whole_logits: np.ndarray
    labels: np.ndarray


def observe(
    detector: Detector,
    classifier: Classifier,
    table: pd.DataFrame,
    *,
    pictures: Pictures,
    input_size: int = 640,
    least_logit: float = LEAST_LOGIT,
) -> Observed:
    """Find faces on photographs and tell their labels.

    Args:
        detector: Calibrated as far as it is.
        classifier: Asked about every face rightly found.
        table: Known faces of photographs that training did not see.
        pictures: Where to read from.
        input_size: Longer side that the detector sees.
        least_logit: Of the least score of a box. Boxes that are hardly faces belong to it: without them the curve
            through the others gets steeper each time that it is fitted.
    """
    # each begins with none of its kind: class folders have no photographs
    face_logits, right, labels = [np.zeros(0, np.float32)], [np.zeros(0, bool)], [np.zeros(0, np.int64)]
    crop_logits, whole_logits = ([np.zeros((0, len(LABELS)), np.float32)] for _ in range(2))
    for item in track(photographs(table), description="Calibrating faces"):
        image, stored = pictures.read(item.path)
        found = detector.find(Looks(image, longer_side=input_size), min_score=float(expit(least_logit)))
        partner = _partners(iou_matrix(found.boxes_xyxy, item.boxes_xyxy * np.float32(stored)))
        face_logits.append(logit(np.clip(found.scores, 1 - SUREST, SUREST)))
        right.append(partner >= 0)
        known = np.flatnonzero(partner >= 0)
        known = known[item.labels[partner[known]] >= 0]
        labels.append(item.labels[partner[known]])
        whole_logits.append(found.label_logits[known])
        spec = classifier.spec
        crops = crop_faces(image, found.boxes_xyxy[known], side=spec.side, margin=spec.margin)
        crop_logits.append(classifier.logits(crops))
    return Observed(*map(np.concatenate, (face_logits, right, crop_logits, whole_logits, labels)))


def fit_pool(
    crop_logits: np.ndarray,
    whole_logits: np.ndarray,
    labels: np.ndarray,
    *,
    temperature: float,
    usual: Pool | None = None,
) -> Pool:
    """Weights of both opinions, and of the detector's alone, that make the truth most likely.

    How sure the detector must be for the classifier not to be asked, sure_from says.

    Args:
        crop_logits: (N, labels) float32 of the classifier.
        whole_logits: (N, labels) float32 of the detector.
        labels: (N,) int, the true label's column.
        temperature: Of the classifier alone, which is believed alone where N is 0.
        usual: That of a model like it, as in `fit_temperature`.
    """
    if not len(labels):
        return Pool(crop=1 / temperature, whole=0.0)

    def loss(log_weights: np.ndarray) -> float:
        crop, whole = np.exp(log_weights)
        surprise = _surprise(crop * crop_logits + whole * whole_logits, labels)
        return surprise + _strain(log_weights, usual and (usual.crop, usual.whole), len(labels))

    crop, whole = np.exp(minimize(loss, np.log([0.5, 0.5]), method="Nelder-Mead").x)
    alone = 1 / fit_temperature(whole_logits, labels, usual=usual and 1 / usual.alone)
    changed = (crop * crop_logits + whole * whole_logits).argmax(axis=1) != whole_logits.argmax(axis=1)
    likely = probabilities(alone * whole_logits).max(axis=1)
    return Pool(crop=float(crop), whole=float(whole), alone=float(alone), sure=sure_from(likely, changed))


def sure_from(likely: np.ndarray, changed: np.ndarray) -> float:
    """The probability beyond which the detector may be believed unasked: of SURE the least, or 1.

    Args:
        likely: (N,) probabilities of the labels that the detector alone would give.
        changed: (N,) bool, whether the classifier's word changed the label.
    """
    return next((p for p in SURE if (likely > p).sum() >= FEWEST and not changed[likely > p].any()), 1.0)


def fit_logistic(logits: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the most likely logistic curve through (N,) logits and (N,) bool outcomes.

    The fewer there are, the nearer it stays to slope 1 and offset 0, which leave the logits as they are: a few that can
    be parted would have it rise without end. Outcomes that are all alike, or none, tell nothing at all.
    """
    if len(set(right.tolist())) < 2:
        return 1.0, 0.0

    def loss(parameters: np.ndarray) -> float:
        z = np.exp(parameters[0]) * logits + parameters[1]
        surprise = float(np.mean(np.logaddexp(0, z) - right * z))
        return surprise + _strain(parameters, 1.0, len(right))  # an offset is one of logarithms too: of odds

    log_slope, offset = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return float(np.exp(log_slope)), float(offset)


def _surprise(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative logarithm of the probability given to the truth."""
    logits = logits - logits.max(axis=1, keepdims=True)
    truth = logits[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - truth))


def _strain(logarithms: ArrayLike, usual: ArrayLike | None, count: int) -> float:
    """How far factors, given by their logarithms, are from the usual ones, as surprise of each of `count` faces."""
    return 0.0 if usual is None else TRUST * float(np.square(np.asarray(logarithms) - np.log(usual)).sum()) / count


def _partners(overlap: np.ndarray) -> np.ndarray:
    """Which face each detection, best first, is the first to find: (N,) int from (N, M) IoU, -1 for none."""
    taken = np.zeros(overlap.shape[1], bool)
    partner = np.full(overlap.shape[0], -1)
    for number, row in enumerate(np.where(overlap >= RIGHT_IOU, overlap, 0)):
        free = np.where(taken, 0, row)
        if free.size and free.max() > 0:
            partner[number] = free.argmax()
            taken[partner[number]] = True
    return partner
