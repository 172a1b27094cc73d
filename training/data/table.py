"""The one table of faces that every reader gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

BOX = ["x1", "y1", "x2", "y2"]
COLUMNS = ["image", *BOX, "label", "source_label", "source", "split", "width", "height", "covered", "crop"]
LEAST_SIDE = 1.0  # pixels; a smaller box holds no face


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a data set.

    Attributes:
        item: The picture or file.
        what: What is wrong.
        done: What was done about it.
    """

    item: str
    what: str
    done: str

    def __str__(self) -> str:
        return f"{self.item}: {self.what}; {self.done}"


@dataclass(frozen=True)
class DataSet:
    """Faces, and what was wrong with what they were read from.

    Attributes:
        table: One row a face: image (path), x1, y1, x2, y2 (pixels), label (mask, no_mask, incorrect or missing),
            source_label, source, split (train, val, test or missing), width and height of the picture, covered (a
            hand or the like hides the mouth), crop (the picture is itself a crop of one face). A picture without
            faces has one row without box and labels.
        problems: In the order met.
    """

    table: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)


def make_table(rows: Iterable[dict], *, problems: list[Problem]) -> pd.DataFrame:
    """A table of rows, with boxes clipped to their pictures, swapped corners mended and empty boxes dropped.

    Args:
        rows: Dictionaries with the keys of COLUMNS; box, labels, split, covered and crop may be left out.
        problems: What was mended or dropped is added here.
    """
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    for column in ("covered", "crop"):
        table[column] = table[column].fillna(False).astype(bool)
    table[BOX + ["width", "height"]] = table[BOX + ["width", "height"]].astype(float)
    for column in ("label", "source_label", "split", "image", "source"):
        table[column] = table[column].astype("object")
    return _mend_boxes(table, problems)


def _mend_boxes(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    boxes = table[BOX].to_numpy(float)
    has = ~np.isnan(boxes).any(axis=1)
    mended = np.concatenate([np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])], axis=1)
    swapped = has & (mended != boxes).any(axis=1)
    sides = table[["width", "height", "width", "height"]].to_numpy(float)
    clipped = np.clip(mended, 0, sides)
    outside = has & (np.abs(clipped - mended) > 1).any(axis=1)
    empty = has & ((clipped[:, 2:] - clipped[:, :2]) < LEAST_SIDE).any(axis=1)
    for flags, what, done in (
        (swapped, "corners of a box are swapped", "swapped back"),
        (outside & ~empty, "a box sticks out of the picture", "clipped"),
        (empty, "a box is empty or lies outside the picture", "dropped"),
    ):
        problems += [Problem(Path(name).name, what, done) for name in table.loc[flags, "image"]]
    table = table.assign(**dict(zip(BOX, clipped.T, strict=True)))
    lost = table[empty].assign(**dict.fromkeys(BOX, np.nan), label=None, source_label=None, covered=False)
    left = set(table.loc[~empty, "image"])
    # a picture that lost its only box has still been looked at
    bare = lost[~lost["image"].isin(left)].drop_duplicates("image")
    return pd.concat([table[~empty], bare], ignore_index=True)


def fingerprint(table: pd.DataFrame) -> str:
    """Twelve hexadecimal digits that change with any picture name, box, label or split, wherever the files lie."""
    names = table["source"].astype(str) + "/" + table["image"].map(lambda path: Path(path).name)
    facts = table[[*BOX, "label", "split"]].round(1).astype(str).agg("|".join, axis=1)
    lines = sorted(names + "|" + facts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
