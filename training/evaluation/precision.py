"""Average precision, by faster-coco-eval."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pandas as pd

BOX = ["x1", "y1", "x2", "y2"]


def average_precision(
    truth: pd.DataFrame, found: pd.DataFrame, *, label: str | None = None, min_iou: float = 0.5
) -> float:
    """Average precision of one label, interpolated at 101 recalls as COCO does it.

    Args:
        truth: Known faces: image, x1, y1, x2, y2, label; rows without a box say that a photograph has been looked at.
        found: Faces found: image, x1, y1, x2, y2, label, rank.
        label: Which label; None takes all faces alike.
        min_iou: Least overlap of a right box.
    Returns:
        0 to 1; NaN where the truth has no such face.
    """
    from faster_coco_eval import COCO, COCOeval_faster

    images = {name: number for number, name in enumerate(truth["image"].unique(), start=1)}
    real = truth[truth["x1"].notna()]
    if label is not None:
        real, found = real[real["label"] == label], found[found["label"] == label]
    found = found[found["image"].isin(images)]
    if real.empty:
        return float("nan")
    if found.empty:
        return 0.0
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
        evaluation.params.iouThrs = np.array([min_iou])
        evaluation.params.maxDets = [1, 10, 1000]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.evaluate()
        evaluation.accumulate()
    return float(evaluation.eval["precision"][0, :, 0, 0, -1].mean())


def _entry(image: int, box_xywh: list[float]) -> dict:
    return {"image_id": image, "category_id": 1, "bbox": box_xywh}


def _xywh(rows: pd.DataFrame) -> list[list[float]]:
    boxes = rows[BOX].to_numpy(float)
    return np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).tolist()
