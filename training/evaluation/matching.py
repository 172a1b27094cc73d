"""Which face that was found is which known face."""

from __future__ import annotations

import numpy as np
import pandas as pd

from maskcore.boxes import iou_matrix
from training.data.table import BOX

NOTHING = -1


def match(truth: pd.DataFrame, found: pd.DataFrame, *, min_iou: float = 0.5) -> np.ndarray:
    """Pair faces within each photograph, most certain first, each known face with one at most.

    Args:
        truth: Known faces: image, x1, y1, x2, y2; rows without a box are passed over.
        found: Faces found: image, x1, y1, x2, y2, score.
        min_iou: Least overlap of a pair.
    Returns:
        (len(found),) int: the position in `truth` of each found face's partner, or NOTHING.
    """
    partner = np.full(len(found), NOTHING)
    known = truth["x1"].notna().to_numpy()
    places = truth.reset_index(drop=True)[known].groupby("image").indices
    rows_known = np.flatnonzero(known)
    truth_boxes, found_boxes = truth[BOX].to_numpy(np.float32), found[BOX].to_numpy(np.float32)
    scores = found["score"].to_numpy(float)
    for image, rows in found.reset_index(drop=True).groupby("image").indices.items():
        if image not in places:
            continue
        theirs = rows_known[places[image]]
        ours = rows[np.argsort(-scores[rows], kind="stable")]
        overlap = iou_matrix(found_boxes[ours], truth_boxes[theirs])
        for row, shares in zip(ours, overlap, strict=True):
            best = int(shares.argmax())
            if shares[best] >= min_iou:
                partner[row] = theirs[best]
                overlap[:, best] = 0
    return partner
