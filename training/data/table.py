"""The one table of faces that every reader gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.types import Label
from training.errors import DataError

LABELS = tuple(Label)  # networks tell them apart by their place in this order
BOX = ["x1", "y1", "x2", "y2"]
TEXT = ["image", "label", "source_label", "source", "split"]
COLUMNS = ["image", *BOX, "label", "source_label", "source", "split", "width", "height", "covered", "crop"]
LEAST_SIDE = 1.0  # pixels; a smaller box holds no face
ROUNDING = 1.0  # pixels that a box may stick out without being reported


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a data set.

    Attributes:
        item: The picture or file.
        what: What is wrong.
        done: What was done about it.
        source: The set it belongs to, where known.
    """

    item: str
    what: str
    done: str
    source: str = ""

    def __str__(self) -> str:
        where = f"{self.source}, " if self.source and self.source != self.item else ""
        return f"{where}{self.item}: {self.what}; {self.done}"


@dataclass(frozen=True)
class DataSet:
    """Faces, and what was wrong with what they were read from.

    Attributes:
        table: One row a face: image (path), x1, y1, x2, y2 (pixels), label (mask, no_mask, incorrect or missing),
            source_label, source, split (train, val, test or missing), width and height of the picture, covered (a
            hand or the like is known to hide the mouth), crop (the picture is itself a crop of one face). A picture
            without faces has one row without box and labels; a face of unknown label has a box and no label.
        problems: In the order met.
    """

    table: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)


def label_numbers(labels: pd.Series) -> NDArray[np.int64]:
    """Places of labels in LABELS, -1 where a label is missing."""
    return labels.map({label.value: number for number, label in enumerate(LABELS)}).fillna(-1).to_numpy(np.int64)


def make_table(rows: Iterable[dict], *, problems: list[Problem]) -> pd.DataFrame:
    """A table of rows, with boxes clipped to their pictures, swapped corners mended and empty boxes dropped.

    A picture whose every box was dropped goes too, since it is not a picture without faces.

    Args:
        rows: Dictionaries with the keys of COLUMNS; box, labels, split, covered and crop may be left out.
        problems: What was mended or dropped is added here; clipping by a pixel is rounding and is not.
    Raises:
        ValueError: A row lacks width or height.
    """
    table = tidy(pd.DataFrame(list(rows), columns=COLUMNS))
    if table[["width", "height"]].isna().any(axis=None):
        raise ValueError("every picture needs its width and height")
    return tidy(_mend_boxes(table, problems))


def read_csv(path: Path) -> pd.DataFrame:
    """A file of comma-separated values as it is.

    Raises:
        DataError: It is none.
    """
    try:
        return pd.read_csv(path)
    except ValueError as error:
        raise DataError(f"Expected {path} to be comma-separated values; it is not ({error}). Mend the file.") from error


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a table in their order and types: numbers as float, flags as bool, missing text as None."""
    table = table[COLUMNS].copy()
    for column in ("covered", "crop"):
        table[column] = [value is True or value == 1 for value in table[column]]
    table[[*BOX, "width", "height"]] = table[[*BOX, "width", "height"]].astype(float)
    for column in TEXT:
        values = table[column].astype(object)
        table[column] = values.where(values.notna(), None)
    return table


def _mend_boxes(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    boxes = table[BOX].to_numpy(float)
    has = np.isfinite(boxes).all(axis=1)
    partly = ~has & (~np.isnan(boxes).all(axis=1) | table["source_label"].notna().to_numpy())
    mended = np.concatenate([np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])], axis=1)
    swapped = has & (mended != boxes).any(axis=1)
    sides = table[["width", "height", "width", "height"]].to_numpy(float)
    clipped = np.clip(mended, 0, sides)
    outside = has & (np.abs(clipped - mended) > ROUNDING).any(axis=1)
    empty = has & ((clipped[:, 2:] - clipped[:, :2]) < LEAST_SIDE).any(axis=1)
    for flags, what, done in (
        (swapped & ~empty, "corners of a box are swapped", "swapped back"),
        (outside & ~empty, "a box sticks out of the picture", "clipped"),
        (empty, "a box is empty or lies outside the picture", "dropped"),
        (partly, "a box lacks a corner", "dropped"),
    ):
        problems += [Problem(Path(name).name, what, done) for name in table.loc[flags, "image"]]
    lost = empty | partly
    # a picture whose boxes are all lost shows faces, only nobody knows where: it must not pass for one without
    left_out = sorted(set(table.loc[lost, "image"]) - set(table.loc[~lost, "image"]))
    problems += [Problem(Path(name).name, "has no good box left", "picture left out") for name in left_out]
    return table.assign(**dict(zip(BOX, clipped.T, strict=True)))[~lost].reset_index(drop=True)


def fingerprint(table: pd.DataFrame) -> str:
    """Twelve hexadecimal digits that change with any picture name, box, label or split, wherever the files lie."""
    names = table["source"].astype(str) + "/" + table["image"].map(lambda path: Path(path).name)
    facts = table[[*BOX, "label", "split"]].round(1)
    texts = [facts[column].map(lambda value: "" if pd.isna(value) else str(value)) for column in facts]
    lines = sorted("|".join(line) for line in zip(names, *texts, strict=True))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
