"""Losses in keras.ops, so that they run on every backend of Keras."""

from __future__ import annotations

import keras
from keras import ops

LABEL_WEIGHT = 0.5  # finding the face comes first: whoever misses it cannot tell its label


@keras.saving.register_keras_serializable("maskcore")
def detector_loss(target, maps):
    """Quality focal loss for the heat map, generalised IoU for the boxes, cross-entropy for the labels: one scalar.

    A cell inside a face learns the IoU of the box it gives (Li et al. 2020, arXiv:2006.04388), so that scores rank
    boxes by how well they fit; a cell outside learns 0, the less firmly the nearer it lies to a centre (Law and Deng
    2018, arXiv:1808.01244). Boxes: Rezatofighi et al. 2019, arXiv:1902.09630.

    Args:
        target: (B, H, W, 8) float32, see training.models.targets.
        maps: (B, H, W, 5 + labels) float32, see build_detector.
    """
    likeness, weight, ignore, sides = target[..., 0], target[..., 1], target[..., 2], target[..., 3:7]
    iou, giou = overlap(maps[..., 1:5], sides)
    positive = ops.cast(weight > 0, "float32")
    quality = ops.stop_gradient(iou) * positive
    logit = maps[..., 0]
    probability = ops.sigmoid(logit)
    cross_entropy = ops.softplus(logit) - quality * logit
    focal = ops.square(ops.abs(quality - probability)) * cross_entropy
    outside = (1 - positive) * (1 - ignore) * ops.power(1 - likeness, 4)
    total = ops.sum(weight) + 1.0
    score_loss = ops.sum(focal * (weight + outside)) / total
    box_loss = ops.sum((1 - giou) * weight) / total
    return 2.0 * score_loss + box_loss + LABEL_WEIGHT * _label_loss(target[..., 7], maps[..., 5:], weight) / total


def _label_loss(label, logits, weight):
    """Weighted cross-entropy of the cells whose face has a known label."""
    known = weight * ops.cast(label >= 0, "float32")
    truth = ops.one_hot(ops.cast(ops.maximum(label, 0), "int32"), logits.shape[-1])
    return ops.sum(-ops.sum(truth * ops.log_softmax(logits), axis=-1) * known)


def overlap(log_sides, log_sides_true):
    """IoU and generalised IoU of boxes that share the point they are measured from.

    Args:
        log_sides: (..., 4) float32, natural logarithms of the distances to left, top, right and bottom.
        log_sides_true: The same for the truth.
    Returns:
        IoU, 0 to 1, and generalised IoU, -1 to 1, both (...).
    """
    a, b = ops.exp(ops.clip(log_sides, -6.0, 6.0)), ops.exp(log_sides_true)
    small, large = ops.minimum(a, b), ops.maximum(a, b)
    shared = (small[..., 0] + small[..., 2]) * (small[..., 1] + small[..., 3])
    hull = (large[..., 0] + large[..., 2]) * (large[..., 1] + large[..., 3])
    areas = [(box[..., 0] + box[..., 2]) * (box[..., 1] + box[..., 3]) for box in (a, b)]
    union = areas[0] + areas[1] - shared
    iou = shared / union
    return iou, iou - (hull - union) / hull
