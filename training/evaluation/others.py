"""Other detectors under the same protocol, to be named beside ours."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import track

from maskcore import Label
from maskcore.imaging import load_image
from training.data.pictures import MAX_MB, MAX_MEGAPIXELS
from training.data.table import BOX
from training.errors import DataError
from training.evaluation.detections import LOWEST_SCORE


def detect_with_script(script: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Find faces with a foreign detector that knows mask and no mask.

    Args:
        script: A Python file with a class Peer whose detect(image_bgr, min_score=…) gives
            (x1, y1, x2, y2, score, label) for each face.
        table: Faces, see training.data; sets of crops are left out.
    Returns:
        source, image, x1, y1, x2, y2, score, label and rank (the score), as training.evaluation.detections gives them.
    Raises:
        DataError: The file is missing or has no such class.
    """
    peer = _load(script)
    photographs = table.loc[~table["crop"], ["source", "image"]].drop_duplicates()
    rows = []
    for source, path in track(list(photographs.itertuples(index=False)), description=f"Asking {script.stem}"):
        image_bgr = load_image(Path(path), max_mb=MAX_MB, max_megapixels=MAX_MEGAPIXELS)
        for *box, score, label in peer.detect(image_bgr, min_score=LOWEST_SCORE):
            rows.append([source, path, *box, score, Label(label).value, score])
    return pd.DataFrame(rows, columns=["source", "image", *BOX, "score", "label", "rank"]).astype(
        {name: np.float64 for name in [*BOX, "score", "rank"]}
    )


def _load(script: Path):
    spec = importlib.util.spec_from_file_location(f"peer_{script.stem}", script) if script.is_file() else None
    if spec is None or spec.loader is None:
        raise DataError(f"Expected a Python file with a class Peer at {script}, found none. Name it with --peer.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "Peer"):
        raise DataError(f"Expected a class Peer in {script}, it has none. Name another file with --peer.")
    return module.Peer()
