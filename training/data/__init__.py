"""Data sets: many formats, one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from training.data.duplicates import group_alike, hash_pictures
from training.data.folders import read_folders
from training.data.splits import assign_splits
from training.data.table import DataSet, Problem, fingerprint
from training.data.voc import read_voc
from training.errors import DataError

__all__ = ["DataSet", "Problem", "fingerprint", "load_sources"]

CACHE = Path(".cache")


def load_sources(root: Path, names: Sequence[str] | None = None, *, seed: int = 0, cache: Path = CACHE) -> DataSet:
    """Read data sets that lie side by side into one table, with splits.

    Args:
        root: Folder with one folder a set.
        names: Which sets; None takes all.
        seed: Of the split.
        cache: Folder for hashes of pictures.
    Raises:
        DataError: No such folder, or no photographs in it.
    """
    if not root.is_dir():
        raise DataError(f"Expected a folder with one data set a folder, {root} is none. Name it with --data.")
    found = [read(path) for path in sorted(root.iterdir()) if path.is_dir() and (names is None or path.name in names)]
    missing = set(names or ()) - {path.name for path in root.iterdir()}
    if missing:
        raise DataError(f"Expected {', '.join(sorted(missing))} in {root}: no such folder.")
    problems = [problem for part in found for problem in part.problems]
    tables = [part.table for part in found if len(part.table)]
    if not tables:
        raise DataError(f"Expected pictures with labels in {root}, found none. Name another folder with --data.")
    table = pd.concat(tables, ignore_index=True)
    paths = sorted(table["image"].unique())
    groups = dict(zip(paths, group_alike(*hash_pictures(paths, cache=cache)).tolist(), strict=True))
    return DataSet(assign_splits(table, groups, seed=seed), problems)


def read(folder: Path) -> DataSet:
    """Read one data set, whatever its format."""
    if (folder / "annotations").is_dir() and (folder / "images").is_dir():
        return read_voc(folder)
    if not (folder / "train.csv").exists():
        return read_folders(folder)
    return DataSet(pd.DataFrame(), [Problem(folder.name, "has labels but no pictures", "left out")])
