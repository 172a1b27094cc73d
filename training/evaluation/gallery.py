"""Sheets of the worst errors, to look at: wrong labels, faces missed, false alarms."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore import Label, MaskDetector
from maskcore.models import SHIPPED
from maskcore.preprocess import crop_faces
from training.data.pictures import Pictures
from training.data.table import BOX
from training.evaluation.detections import detect_all
from training.evaluation.figures import SAME_FACE, SURE, with_truth
from training.evaluation.matching import NOTHING, match
from training.evaluation.slices import shorter_sides

CELL = 128
COLUMNS = 12
MARGIN = 0.6  # more than the classifier sees, so that people see why
SMALLEST = 16  # pixels; nothing is to be learned from looking at smaller faces


def write_gallery(
    table: pd.DataFrame, *, model: Path | None, input_size: int, split: str, to: Path, most: int = 96
) -> list[Path]:
    """Write one PNG a set and kind of error, the surest errors first.

    The sheets show people of the data sets: keep them to yourself.

    Args:
        table: Faces with a split, see training.data.
        model: Model folder; None is the one that ships.
        input_size: Longer side that the detector sees.
        split: test, val or train.
        to: Folder to write to.
        most: Most errors a sheet.
    Returns:
        The files, named SET_wrong.png, SET_missed.png and SET_alarms.png; one without errors is not written.
    """
    part = table[(table["split"] == split) & ~table["crop"]].reset_index(drop=True)
    found = detect_all(MaskDetector(model or SHIPPED), part, input_size=input_size)
    to.mkdir(parents=True, exist_ok=True)
    pictures, written = Pictures(), []
    for kind, errors in (
        ("wrong", _wrong(part, found)),
        ("missed", _missed(part, found)),
        ("alarms", _alarms(part, found)),
    ):
        for source, rows in errors.groupby("source"):
            path = to / f"{source}_{kind}.png"
            cv2.imwrite(str(path), _sheet(rows.head(most), pictures))
            written.append(path)
    return written


def _wrong(truth: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    pairs = with_truth(truth, found)
    wrong = pairs[(pairs["label"] != pairs["true"]) & (pairs["side"] >= SMALLEST)]
    claimed = wrong[list(Label)].astype(float).max(axis=1)
    return wrong.assign(sure=claimed, words=wrong["true"] + ">" + wrong["label"]).sort_values("sure", ascending=False)


def _missed(truth: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    partner = match(truth, found[found["score"] >= SURE], min_iou=SAME_FACE)
    missed = truth[truth["x1"].notna() & ~truth.index.isin(partner[partner != NOTHING])]
    sides = shorter_sides(missed)
    return missed.assign(sure=sides, words=[f"{side:.0f} px" for side in sides]).sort_values("sure", ascending=False)


def _alarms(truth: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    sure = found[(found["score"] >= SURE) & (shorter_sides(found) >= SMALLEST)]
    alarms = sure[match(truth, sure, min_iou=SAME_FACE) == NOTHING]
    words = [f"{score:.2f}" for score in alarms["score"]]
    return alarms.assign(sure=alarms["score"], words=words).sort_values("sure", ascending=False)


def _sheet(rows: pd.DataFrame, pictures: Pictures) -> NDArray[np.uint8]:
    cells = [_cell(row, pictures) for _, row in rows.iterrows()]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % COLUMNS)
    lines = [np.hstack(cells[start : start + COLUMNS]) for start in range(0, len(cells), COLUMNS)]
    return np.vstack(lines)


def _cell(row: pd.Series, pictures: Pictures) -> NDArray[np.uint8]:
    image_bgr, scale = pictures.read(row["image"])
    box = row[BOX].to_numpy(np.float32) * np.float32(scale)
    crop = crop_faces(image_bgr, box[None], side=CELL, margin=MARGIN)[0]
    cell = np.vstack([crop, np.zeros((18, CELL, 3), np.uint8)])
    cv2.putText(cell, row["words"], (3, CELL + 13), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
    return cell
