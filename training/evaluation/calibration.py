"""Probabilities that mean what they say: temperature and logistic scaling on held-out photographs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.progress import track
from scipy.optimize import minimize, minimize_scalar

from maskcore.boxes import iou_matrix
from maskcore.detector import Detector
from maskcore.models import DetectorSpec
from maskcore.preprocess import looks
from maskcore.runtime import Graph
from training.data.mosaic import photographs
from training.data.pictures import Pictures

RIGHT_IOU = 0.4  # sets draw boxes differently: a face found this well is a face


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that makes the truth most likely (Guo et al. 2017, arXiv:1706.04599).

    Args:
        logits: (N, labels) float32.
        labels: (N,) int, the true label's column.
    """

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        truth = scaled[np.arange(len(labels)), labels]
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - truth))

    return float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded").x))


def fit_scores(
    detector: bytes, table: pd.DataFrame, *, pictures: Pictures, input_size: int = 640
) -> tuple[float, float]:
    """Slope and offset that turn the detector's logits into the probability of a face (Platt 1999).

    Args:
        detector: The graph.
        table: Known faces of photographs that training did not see.
        pictures: Where to read from.
        input_size: Longer side that the detector sees.
    """
    graph = Detector(Graph(detector, threads=2), DetectorSpec(file="", sha256=""))
    logits, right = [], []
    for item in track(photographs(table), description="Calibrating faces"):
        image, stored = pictures.read(item.path)
        seen = looks(image, longer_side=input_size)
        boxes, scores = graph.find(seen, size_wh=(image.shape[1], image.shape[0]), min_score=0.02)
        logits.append(np.log(scores / (1 - scores)))
        overlap = iou_matrix(boxes, item.boxes_xyxy * np.float32(stored))
        right.append(_matched(overlap))
    return fit_logistic(np.concatenate(logits), np.concatenate(right))


def fit_logistic(logits: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the most likely logistic curve through (N,) logits and (N,) bool outcomes.

    Outcomes that are all alike, or none, tell nothing: slope 1 and offset 0 leave the logits as they are.
    """
    if len(set(right.tolist())) < 2:
        return 1.0, 0.0

    def loss(parameters: np.ndarray) -> float:
        z = np.exp(parameters[0]) * logits + parameters[1]
        return float(np.mean(np.logaddexp(0, z) - right * z))

    log_slope, offset = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return float(np.exp(log_slope)), float(offset)


def _matched(overlap: np.ndarray) -> np.ndarray:
    """Which detections, best first, are the first to find a face: (N,) bool from (N, M) IoU."""
    taken = np.zeros(overlap.shape[1], bool)
    found = np.zeros(overlap.shape[0], bool)
    for number, row in enumerate(np.where(overlap >= RIGHT_IOU, overlap, 0)):
        free = np.where(taken, 0, row)
        if free.size and free.max() > 0:
            taken[free.argmax()] = found[number] = True
    return found
