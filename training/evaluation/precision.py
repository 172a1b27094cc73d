"""Average precision, by faster-coco-eval."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BOX = ["x1", "y1", "x2", "y2"]


STRICTER = tuple(np.arange(0.5, 1.0, 0.05).round(2))  # COCO's ten, for the mean over IoU 0.5 to 0.95


def average_precision(
    truth: pd.DataFrame, found: pd.DataFrame, *, label: str | None = None, min_iou: float | tuple[float, ...] = 0.5
) -> float:
    """Average precision of one label, interpolated at 101 recalls as COCO does it.

    Args:
        truth: Known faces: image, x1, y1, x2, y2, label; rows without a box say that a photograph has been looked at.
        found: Faces found: image, x1, y1, x2, y2, label, rank.
        label: Which label; None takes all faces alike.
        min_iou: Least overlap of a right box; of several the mean is taken, see STRICTER.
    Returns:
        0 to 1; NaN where the truth has no such face.
    """
    curves = precision_curves(truth, found, label=label, min_ious=np.atleast_1d(min_iou))
    return float("nan") if curves is None else float(curves.mean())


def precision_curves(
    truth: pd.DataFrame, found: pd.DataFrame, *, label: str | None, min_ious: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Precision at recalls 0, 0.01 … 1 for each least overlap: (overlaps, 101); None where the truth has no such face.

    Arguments as in average_precision.
    """
    from faster_coco_eval import COCO, COCOeval_faster

    images = {name: number for number, name in enumerate(truth["image"].unique(), start=1)}
    real = truth[truth["x1"].notna()]
    if label is not None:
        real, found = real[real["label"] == label], found[found["label"] == label]
    found = found[found["image"].isin(images)]
    if real.empty:
        return None
    if found.empty:
        return np.zeros((len(min_ious), 101))
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO(
            {
                "images": [{"id": number} for number in images.values()],
                "categories": [{"id": 1, "name": "face"}],
                "annotations": [
                    {"id": number, "iscrowd": 0, "area": box[2] * box[3]} | _entry(images[name], box)
                    for number, (name, box) in enumerate(zip(real["image"], _xywh(real), strict=True), start=1)
                ],
            }
        )
        guesses = known.loadRes(
            [
                {"score": float(rank)} | _entry(images[name], box)
                for name, box, rank in zip(found["image"], _xywh(found), found["rank"], strict=True)
            ]
        )
        evaluation = COCOeval_faster(known, guesses, iouType="bbox")
        evaluation.params.iouThrs = np.asarray(min_ious, float)
        evaluation.params.maxDets = [1, 10, 1000]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
        evaluation.accumulate()
    return np.asarray(evaluation.eval["precision"])[:, :, 0, 0, -1]


def _entry(image: int, box_xywh: list[float]) -> dict:
    return {"image_id": image, "category_id": 1, "bbox": box_xywh}


def _xywh(rows: pd.DataFrame) -> list[list[float]]:
    boxes = rows[BOX].to_numpy(float)
    return np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).tolist()
