"""What the whole pipeline, or the classifier alone, says about photographs with known faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import track

from maskcore import Face, FrameResult, Label, MaskDetector
from maskcore.imaging import load_image
from training.data.pictures import MAX_MB, MAX_MEGAPIXELS
from training.data.table import BOX
from training.evaluation.slices import light_of, shorter_sides

LOWEST_SCORE = 0.02  # average precision needs the unlikely faces too
MOST_FACES = 500
SAID = ["source", "image", *BOX, "score", "label", "uncertain", *Label]


def detect_all(detector: MaskDetector, table: pd.DataFrame, *, input_size: int) -> pd.DataFrame:
    """Find faces on every photograph of a table.

    Args:
        detector: The model.
        table: Faces, see training.data; sets of crops are left out.
        input_size: Longer side that the detector sees.
    Returns:
        One row a face found: source, image, x1, y1, x2, y2, score, label, uncertain (the reason, or empty), and one
        column a label's probability.
    """
    photographs = table.loc[~table["crop"], ["source", "image"]].drop_duplicates()
    rows = []
    for source, path in track(list(photographs.itertuples(index=False)), description="Finding faces"):
        result = detector.detect(_load(path), input_size=input_size, min_score=LOWEST_SCORE, max_faces=MOST_FACES)
        rows += _rows(result, source, path)
    return pd.DataFrame(rows, columns=SAID)


def classify_all(detector: MaskDetector, table: pd.DataFrame) -> pd.DataFrame:
    """Tell how the faces of a table wear their masks, from the boxes given.

    Returns:
        The labelled rows of the table, their label in the column `true`, with columns label (what was said),
        uncertain, light and side (pixels; see training.evaluation.slices), and one column a label's probability.
    """
    known = table[table["label"].notna()].rename(columns={"label": "true"})
    said = pd.DataFrame(index=known.index, columns=["label", "uncertain", "light", *Label], dtype=object)
    for path, rows in track(list(known.groupby("image")), description="Telling labels"):
        image = _load(path)
        for index, box in zip(rows.index, rows[BOX].to_numpy(np.float32), strict=True):
            face = detector.detect(image, boxes=[box]).faces[0]
            probabilities = (face.probabilities[label] for label in Label)
            said.loc[index] = [face.label.value, _reason(face), light_of(image, box), *probabilities]
    return known.join(said).assign(side=shorter_sides(known))


def _load(path: str):
    return load_image(Path(path), max_mb=MAX_MB, max_megapixels=MAX_MEGAPIXELS)


def _rows(result: FrameResult, source: str, path: str) -> list[list]:
    return [
        [source, path, *face.box, face.score, face.label.value, _reason(face), *map(face.probabilities.get, Label)]
        for face in result.faces
    ]


def _reason(face: Face) -> str:
    return face.uncertain.value if face.uncertain else ""


def two_classes(labels: pd.Series) -> pd.Series:
    """Mask or no mask; a mask worn wrong protects nobody and counts as none."""
    return labels.replace({Label.INCORRECT.value: Label.NO_MASK.value})


def ranking(found: pd.DataFrame) -> np.ndarray:
    """What detections are ranked by: probability that it is a face, times that of what is said of its mask."""
    mask = found[Label.MASK].to_numpy(float)
    return found["score"].to_numpy(float) * np.where(two_classes(found["label"]) == Label.MASK, mask, 1 - mask)
