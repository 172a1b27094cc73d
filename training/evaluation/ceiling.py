"""How well annotators agree with each other: what a perfect detector could reach on their labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from maskcore.boxes import iou_matrix
from training.data.duplicates import same_photographs
from training.data.table import BOX
from training.evaluation.detections import two_classes
from training.evaluation.figures import mean_precision
from training.evaluation.precision import average_precision


def agreement(table: pd.DataFrame, *, cache: Path) -> dict[str, dict[str, Any]]:
    """Take one set's boxes for what a detector found, and another set's for the truth, where both boxed a photograph.

    Annotators' boxes have no order of certainty, so larger faces count as surer: the figure is what people reach who
    know nothing of the other set's habits.

    Args:
        table: Faces, see training.data.
        cache: Folder for hashes of pictures.
    Returns:
        By "judge ← judged": photographs, faces, mean_iou of boxes that overlap by 0.1 and more, labels_same among
        those, face and mean average precision at IoU 0.5.
    """
    whole = table[~table["crop"] & table["x1"].notna()]
    pairs = same_photographs(whole, cache=cache)
    figures = {}
    for (judge, judged), names in pairs.groupby(["source_a", "source_b"]):
        for truth_side, found_side in (("a", "b"), ("b", "a")):
            truth = _boxes(whole, names, truth_side, like="a")
            found = _boxes(whole, names, found_side, like="a")
            who = (judge, judged) if truth_side == "a" else (judged, judge)
            figures[f"{who[0]} ← {who[1]}"] = _agree(truth, found) | {"photographs": len(names)}
    return figures


def _boxes(whole: pd.DataFrame, names: pd.DataFrame, side: str, *, like: str) -> pd.DataFrame:
    """The boxes of one side of the pairs, in shares of the picture's sides times 640, under the other side's name."""
    known = dict(zip(names[f"image_{side}"], names[f"image_{like}"], strict=True))
    rows = whole[whole["image"].isin(known)]
    sides = rows[["width", "height", "width", "height"]].to_numpy(float)
    boxes = rows[BOX].to_numpy(float) / sides * 640
    return rows.assign(image=rows["image"].map(known), **dict(zip(BOX, boxes.T, strict=True)))


def _agree(truth: pd.DataFrame, found: pd.DataFrame) -> dict[str, Any]:
    area = (found["x2"] - found["x1"]) * (found["y2"] - found["y1"])
    truth, found = (part.assign(label=two_classes(part["label"])) for part in (truth, found.assign(rank=area)))
    overlaps, same = [], []
    for image, known in truth.groupby("image"):
        here = found[found["image"] == image]
        if here.empty:
            continue
        overlap = iou_matrix(known[BOX].to_numpy(np.float32), here[BOX].to_numpy(np.float32))
        best = overlap.argmax(axis=1)
        near = overlap.max(axis=1) > 0.1
        overlaps += overlap.max(axis=1)[near].tolist()
        same += (known["label"].to_numpy() == here["label"].to_numpy()[best])[near].tolist()
    return {
        "faces": len(truth),
        "mean_iou": float(np.mean(overlaps)),
        "labels_same": float(np.mean(same)),
        "face": average_precision(truth, found),
        "mean": mean_precision(truth, found),
    }
