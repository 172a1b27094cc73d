"""Labels mended by a second opinion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from maskcore.boxes import iou_matrix
from maskcore.types import Label
from training.data.table import BOX, Problem, read_csv
from training.errors import DataError

SAME_FACE = 0.35  # IoU; the second labels are square boxes that overlap the first by about 0.67
LABELS = {"mask": Label.MASK, "no_mask": Label.NO_MASK, "incorrect": Label.INCORRECT, "covered": Label.NO_MASK}


def apply_mafa_labels(table: pd.DataFrame, path: Path, *, problems: list[Problem]) -> pd.DataFrame:
    """Take labels from mafa_labels.csv where it names the same face.

    Args:
        table: See training.data.table.
        path: Columns image, x1, y1, x2, y2, label; "covered" is a mouth behind a hand, a cup and the like: no mask.
        problems: How many labels changed, and how many boxes belong to no face of the table, is added here.
    Raises:
        DataError: The file has other columns or labels.
    """
    second = _read(path)
    rows_by_name = table[table["x1"].notna()].groupby(table["image"].map(lambda name: Path(name).name)).groups
    table = table.copy()
    changed = matched = 0
    for name, marks in second.groupby("image"):
        rows = rows_by_name.get(name)
        if rows is None:
            continue
        overlap = iou_matrix(table.loc[rows, BOX].to_numpy(np.float32), marks[BOX].to_numpy(np.float32))
        for ours, theirs in zip(*linear_sum_assignment(-overlap), strict=True):
            if overlap[ours, theirs] < SAME_FACE:
                continue
            row, said = rows[ours], marks["label"].iloc[theirs]
            matched += 1
            changed += table.at[row, "label"] != LABELS[said].value
            table.at[row, "label"] = LABELS[said].value
            table.at[row, "covered"] = said == "covered"
    problems.append(Problem(path.name, f"a second opinion differs on {changed} of {matched} labels", "taken from it"))
    if matched < len(second):
        problems.append(Problem(path.name, f"{len(second) - matched} of its boxes are of no known face", "left out"))
    return table


def _read(path: Path) -> pd.DataFrame:
    second = read_csv(path)
    missing = {"image", *BOX, "label"} - set(second.columns)
    if missing:
        raise DataError(f"Expected {path} to have the columns image, x1, y1, x2, y2, label; no {', '.join(missing)}.")
    strange = sorted(set(second["label"].astype(str)) - LABELS.keys())
    if strange:
        raise DataError(f"Expected {path} to say {', '.join(LABELS)}; it says {', '.join(strange)}. Mend the file.")
    try:
        return second.astype(dict.fromkeys(BOX, float))
    except ValueError as error:
        raise DataError(f"Expected {path} to have numbers for corners; it has not ({error}). Mend the file.") from error
