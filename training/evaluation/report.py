"""The figures of a model, printed, and written into its folder and card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from maskcore import Label, MaskDetector
from maskcore.models import SHIPPED, load_manifest
from training.data import fingerprint
from training.errors import DataError
from training.evaluation.card import write_card
from training.evaluation.detections import classify_all, detect_all, ranking, two_classes
from training.evaluation.precision import average_precision


def evaluate_model(
    table: pd.DataFrame, *, model: Path | None, input_size: int, split: str, save: bool
) -> dict[str, Any]:
    """Measure a model on one part of the data, print the tables and, if asked, keep them.

    Args:
        table: Faces with a split, see training.data.
        model: Model folder; None is the one that ships.
        input_size: Longer side that the detector sees.
        split: test, val or train.
        save: Write the figures into model.json and the cards (card.md of the folder, docs/model_card.md).
    Returns:
        {"detection": {set: figures}, "classification": {set: figures}, …}, figures 0 to 1.
    Raises:
        DataError: The part is empty.
    """
    part = table[table["split"] == split]
    if part.empty:
        raise DataError(f"Expected photographs in the part {split!r}, found none. Choose another --split or --data.")
    detector = MaskDetector(model)
    figures = {
        "split": split,
        "input_size": input_size,
        "data_fingerprint": fingerprint(table),
        "detection": detection_figures(part, detect_all(detector, part, input_size=input_size)),
        "classification": classification_figures(classify_all(detector, part)),
    }
    _print(figures)
    if save:
        folder = model or SHIPPED
        keep(figures, folder=folder)
        write_card(folder)
    return figures


def detection_figures(truth: pd.DataFrame, found: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Average precision of each set of photographs at IoU 0.5.

    Args:
        truth: Known faces, see training.data.
        found: From training.evaluation.detections.detect_all.
    Returns:
        By set: photographs, faces, face (whatever the label), mask, no_mask (worn wrong counts as no mask), mean of
        the two, and incorrect alone.
    """
    figures = {}
    found = found.assign(rank=ranking(found))
    for source, known in truth[~truth["crop"]].groupby("source"):
        here = found[found["source"] == source]
        two_known = known.assign(label=two_classes(known["label"]))
        two_here = here.assign(label=two_classes(here["label"]))
        mask = average_precision(two_known, two_here, label=Label.MASK)
        no_mask = average_precision(two_known, two_here, label=Label.NO_MASK)
        figures[str(source)] = {
            "photographs": int(known["image"].nunique()),
            "faces": int(known["x1"].notna().sum()),
            "face": average_precision(known, here.assign(rank=here["score"])),
            "mask": mask,
            "no_mask": no_mask,
            "mean": float(np.mean([mask, no_mask])),
            "incorrect": average_precision(
                known, here.assign(rank=here["score"] * here[Label.INCORRECT]), label=Label.INCORRECT
            ),
        }
    return figures


def classification_figures(said: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Share of given faces told rightly, by set.

    Args:
        said: From training.evaluation.detections.classify_all.
    Returns:
        By set: faces, three (labels right), two (mask or not right), answered (share not uncertain), answered_two
        (mask or not right among those), covered_as_mask where covered mouths are known.
    """
    figures = {}
    said = said.assign(
        three=said["said"] == said["label"],
        two=two_classes(said["said"]) == two_classes(said["label"]),
        answered=said["uncertain"] == "",
    )
    for source, rows in said.groupby("source"):
        covered = rows[rows["covered"].fillna(False).astype(bool)]
        figures[str(source)] = {
            "faces": len(rows),
            "three": float(rows["three"].mean()),
            "two": float(rows["two"].mean()),
            "answered": float(rows["answered"].mean()),
            "answered_two": float(rows.loc[rows["answered"], "two"].mean()),
        }
        if len(covered):
            wrong = (covered["said"] == Label.MASK) & covered["answered"]
            figures[str(source)] |= {"covered": len(covered), "covered_as_mask": float(wrong.mean())}
    return figures


def keep(figures: dict[str, Any], *, folder: Path) -> None:
    """Write figures into the model.json of a folder, beside those of other input sizes."""
    manifest = load_manifest(folder).model_dump(mode="json")
    manifest["figures"][str(figures["input_size"])] = _rounded(figures)
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 4)
    return value


def _print(figures: dict[str, Any]) -> None:
    console = Console()
    titles = {
        "detection": f"Average precision at IoU 0.5, input {figures['input_size']}, part {figures['split']}",
        "classification": f"Share right on given boxes, part {figures['split']}",
    }
    for name, title in titles.items():
        rows = pd.DataFrame(figures[name]).T
        table = Table("set", *rows.columns, title=title)
        for source, row in rows.iterrows():
            counts = {"faces", "photographs", "covered"}
            cells = [_cell(value, whole=column in counts) for column, value in row.items()]
            table.add_row(str(source), *cells)
        console.print(table)


def _cell(value: float, *, whole: bool) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:,.0f}" if whole else f"{value:.3f}"
