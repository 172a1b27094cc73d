"""The figures of a model, printed, and written into its folder and card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from maskcore import MaskDetector
from maskcore.models import SHIPPED, load_manifest
from training.data import fingerprint
from training.errors import DataError
from training.evaluation import figures as measure
from training.evaluation.card import PLOTS, write_card
from training.evaluation.detections import classify_all, detect_all
from training.evaluation.others import detect_with_script
from training.evaluation.plots import draw_confidence, draw_precision
from training.evaluation.results import make_results, write_results

RESAMPLES = 200
SHOWN = {
    "detection": ("Average precision at IoU 0.5", ("photographs", "faces", "face", "mask", "no_mask", "mean",
                                                    "mean_strict", "incorrect")),
    "found": ("Share right on the faces found", ("faces", "three", "two", "two_large", "answered", "answered_two",
                                                 "calibration_error")),
    "given": ("Share right on the boxes people drew", ("faces", "three", "two", "two_large", "answered", "answered_two",
                                                       "calibration_error", "covered_as_mask")),
    "sizes": ("By shorter side of the face in pixels", ("known", "found", "three", "two", "answered")),
    "light": ("By light, on the boxes people drew", ("faces", "three", "two", "answered")),
}  # fmt: skip
COUNTS = {"faces", "photographs", "known"}


def evaluate_model(
    table: pd.DataFrame,
    *,
    model: Path | None,
    input_size: int,
    split: str,
    save: bool,
    beside: Sequence[Path] = (),
    peers: Sequence[Path] = (),
) -> dict[str, Any]:
    """Measure a model on one part of the data, print the tables and, if asked, keep them.

    What was said of each face is kept to be explored on the Training page, see training.evaluation.results.

    Args:
        table: Faces with a split, see training.data.
        model: Model folder; None is the one that ships.
        input_size: Longer side that the detector sees.
        split: test, val or train.
        save: Write the figures into model.json and the cards (card.md of the folder, docs/model_card.md), with
            intervals, and draw the curves.
        beside: Other model folders to measure alike.
        peers: Scripts of foreign detectors to measure alike, see training.evaluation.others.
    Returns:
        "detection", "found" and "given" by set, "sizes", "light", "confidence" and "beside", see
        training.evaluation.figures; figures 0 to 1.
    Raises:
        DataError: The part is empty, or a peer's script cannot be used.
    """
    part = table[table["split"] == split]
    if part.empty:
        raise DataError(f"Expected photographs in the part {split!r}, found none. Choose another --split or --data.")
    folder = model or SHIPPED
    found = _found(folder, part, input_size)
    known = measure.with_truth(part, found)
    given = classify_all(MaskDetector(folder), part)
    write_results(
        make_results(
            part, found, given, manifest=load_manifest(folder), input_size=input_size, fingerprint=fingerprint(table)
        )
    )
    detection = measure.detection_figures(part, found, resamples=RESAMPLES if save else 0)
    for source, value in measure.incorrect_figures(part, found).items():
        detection[source]["incorrect"] = value
    figures = {
        "split": split,
        "input_size": input_size,
        "data_fingerprint": fingerprint(table),
        "detection": detection,
        "found": measure.by_set(known),
        "given": measure.by_set(given),
        "sizes": measure.size_figures(part, known),
        "light": {str(light): measure.label_figures(rows) for light, rows in given.groupby("light")},
        "confidence": measure.confidence_figures(known),
        "beside": {path.name: measure.detection_figures(part, _found(path, part, input_size)) for path in beside}
        | {path.stem: measure.detection_figures(part, detect_with_script(path, part)) for path in peers},
    }
    _print(figures)
    if save:
        keep(figures, folder=folder)
        write_card(folder)
        if folder.resolve() == SHIPPED.resolve():
            draw_precision(part, found, PLOTS / f"precision_{input_size}.png")
            draw_confidence(figures["confidence"], PLOTS / f"confidence_{input_size}.png")
    return figures


def _found(folder: Path, part: pd.DataFrame, input_size: int) -> pd.DataFrame:
    return measure.ranked(detect_all(MaskDetector(folder), part, input_size=input_size))


def keep(figures: dict[str, Any], *, folder: Path) -> None:
    """Write figures into the model.json of a folder, beside those of other input sizes."""
    manifest = load_manifest(folder).model_dump(mode="json")
    manifest["figures"][str(figures["input_size"])] = _rounded(figures)
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 4)
    return value


def _print(figures: dict[str, Any]) -> None:
    console = Console()
    for name, (title, columns) in SHOWN.items():
        console.print(_table(title, figures[name], columns, where=f"input {figures['input_size']}, {figures['split']}"))
    for name, detection in figures["beside"].items():
        title, columns = SHOWN["detection"]
        console.print(_table(f"{title}, {name}", detection, columns[:-1], where=str(figures["split"])))
    console.print(f"Expected calibration error of labels: {figures['confidence']['calibration_error']:.3f}")


def _table(title: str, rows: dict[str, dict[str, Any]], columns: Sequence[str], *, where: str) -> Table:
    table = Table("", *columns, title=f"{title} ({where})")
    for name, row in rows.items():
        table.add_row(name, *(_cell(row.get(column, float("nan")), whole=column in COUNTS) for column in columns))
    return table


def _cell(value: float, *, whole: bool) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:,.0f}" if whole else f"{value:.3f}"
