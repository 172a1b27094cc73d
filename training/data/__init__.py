"""Data sets: many formats, one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from training.data.cache import cache_folder, cached
from training.data.duplicates import group_alike, hash_pictures
from training.data.formats import recognise
from training.data.names import apply_notes, read_every_name
from training.data.notes import load_notes
from training.data.progress import Told, tell_nobody
from training.data.splits import assign_splits
from training.data.table import DataSet, Problem, fingerprint, make_table
from training.errors import DataError

__all__ = ["DataSet", "Problem", "fingerprint", "load_sources", "read", "recognise", "set_folders"]

Step = Callable[[str, int, int], None]


def load_sources(
    root: Path,
    names: Sequence[str] | None = None,
    *,
    seed: int = 0,
    cache: Path | None = None,
    on_progress: Step | None = None,
) -> DataSet:
    """Read data sets that lie side by side into one table, with splits.

    The split is made over all sets of the root, whichever are asked for: a photograph that is kept for testing stays
    so when only some sets are used.

    Args:
        root: Folder with one folder a set.
        names: Which sets; None takes all.
        seed: Of the split.
        cache: Folder for hashes of pictures and finished tables; None: see training.data.cache.
        on_progress: Told what is being done, pictures done and pictures to do, where it is not all kept; None draws a
            bar on the terminal.
    Raises:
        DataError: No such folder, it is itself a set, a set that was asked for cannot be read, or there are no
            photographs.
    """
    if not root.is_dir():
        raise DataError(f"Expected a folder with one data set a folder, {root} is none. Name it with --data.")
    for name in names or ():
        recognise(root / name)
    cache = cache or cache_folder()
    load = partial(_load_all, root, seed=seed, cache=cache, on_progress=on_progress)
    found = cached(load, root=root, options=f"seed {seed}", cache=cache)
    if names is not None:
        table = found.table[found.table["source"].isin(names)].reset_index(drop=True)
        found = DataSet(table, [problem for problem in found.problems if problem.source in names])
        if table.empty:
            raise _nothing(root, found.problems)
    return found


def set_folders(root: Path) -> list[Path]:
    """The folders of a root that are taken for data sets, sorted; hidden ones are not."""
    return [path for path in sorted(root.iterdir()) if path.is_dir() and path.name[0] != "."]


def read(folder: Path, *, on_progress: Told = tell_nobody) -> DataSet:
    """Read one data set, whatever its format, without splits; with what its notes change, see training.data.notes.

    Args:
        folder: The set.
        on_progress: Told pictures done and pictures to do.
    Raises:
        DataError: The folder is in no format that is read, or its notes cannot be read.
    """
    found = apply_notes(read_every_name(folder, on_progress=on_progress), folder, load_notes(folder))
    return DataSet(found.table, [replace(problem, source=folder.name) for problem in found.problems])


def _load_all(root: Path, *, seed: int, cache: Path, on_progress: Step | None) -> DataSet:
    parts = [_read_or_report(path, on_progress) for path in set_folders(root)]
    problems = [problem for part in parts for problem in part.problems]
    tables = [part.table for part in parts if len(part.table)]
    if not tables:
        raise _nothing(root, problems)
    table = pd.concat(tables, ignore_index=True)
    paths = np.array(sorted(table["image"].unique()), object)
    plain, mirrored, good = hash_pictures(
        paths, cache=cache, on_progress=on_progress and partial(on_progress, "Look-alikes")
    )
    damaged = table["image"].isin(paths[~good])
    for source, path in table.loc[damaged, ["source", "image"]].drop_duplicates().itertuples(index=False):
        problems.append(Problem(Path(path).name, "the picture is damaged", "left out", source))
    groups = dict(zip(paths[good], group_alike(plain[good], mirrored[good]).tolist(), strict=True))
    return DataSet(assign_splits(table[~damaged].reset_index(drop=True), groups, seed=seed), problems)


def _read_or_report(folder: Path, on_progress: Step | None) -> DataSet:
    """A set; a folder that is none is reported, since other things may lie beside the sets."""
    told = partial(on_progress, f"Labels of {folder.name}") if on_progress else tell_nobody
    try:
        return read(folder, on_progress=told)
    except DataError as error:
        return DataSet(make_table([], problems=[]), [Problem(folder.name, str(error), "left out", folder.name)])


def _nothing(root: Path, problems: Sequence[Problem]) -> DataError:
    if _is_set(root):
        where = root.absolute()
        return DataError(
            f"Expected a folder that holds data sets, {root} is one itself. Name its parent, and it alone: --data "
            f"{where.parent} --only {where.name}"
        )
    seen = "".join(f" {problem}." for problem in problems[:3])
    return DataError(f"Expected pictures with labels in {root}, found none.{seen} Name another folder with --data.")


def _is_set(folder: Path) -> bool:
    try:
        recognise(folder)
    except DataError:
        return False
    return True
