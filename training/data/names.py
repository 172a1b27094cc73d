"""Reading a set with every name that it uses, and giving the names their meaning afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from maskcore.types import Label
from training.data.formats import readable, recognise
from training.data.labels import LABELS, report_unknown
from training.data.medical_mask import FACES, read_medical_mask
from training.data.notes import Box, Edit, Notes, round_box
from training.data.progress import Told, tell_nobody
from training.data.table import BOX, DataSet, Problem, tidy


class _EveryName(Mapping[str, Label]):
    """Knows every name, so that a reader drops nothing; what a strange name means is told later."""

    def __getitem__(self, name: str) -> Label:
        return LABELS.get(name, Label.NO_MASK)

    def __iter__(self) -> Iterator[str]:
        return iter(LABELS)

    def __len__(self) -> int:
        return len(LABELS)


def read_every_name(folder: Path, *, on_progress: Told = tell_nobody) -> DataSet:
    """Read a set with the boxes of all names, also those that are no faces; see `apply_notes`.

    Args:
        folder: The set.
        on_progress: Told pictures done and pictures to do.
    Raises:
        DataError: The folder is in no format that is read, or the disk refuses.
    """
    reader = recognise(folder)
    with readable(folder):
        if reader is read_medical_mask:  # its names have a meaning that depends on other boxes
            return read_medical_mask(folder, on_progress=on_progress)
        found = reader(folder, labels=_EveryName(), on_progress=on_progress)
    strange = found.table["source_label"].map(lambda name: name is not None and not _is_known(name)).astype(bool)
    found.table.loc[strange, "label"] = None
    return found


def keep_inside(found: DataSet, folder: Path) -> DataSet:
    """The set without pictures that lie elsewhere: a stranger's list may name any file of this machine."""
    inside = found.table["image"].map(lambda image: Path(image).is_relative_to(folder.resolve())).astype(bool)
    names = [Path(image).name for image in found.table.loc[~inside, "image"].drop_duplicates()]
    told = [Problem(name, "the picture lies outside of the set's folder", "left out") for name in names]
    return DataSet(found.table[inside].reset_index(drop=True), [*found.problems, *told])


def is_face(name: str, notes: Notes) -> bool:
    """Whether boxes of a set's name are faces."""
    return notes.labels[name] is not None if name in notes.labels else _is_known(name)


def apply_notes(found: DataSet, folder: Path, notes: Notes) -> DataSet:
    """The set as its notes have it: names that are no faces left out, labels changed, edits made.

    Args:
        found: From `read_every_name`.
        folder: The set's.
        notes: What was said about it.
    Returns:
        A new set; its problems tell of names without a meaning and of edits that fit nothing.
    """
    problems = list(found.problems)
    table = _leave_out_strangers(found.table, folder.name, notes, problems)
    changed = table["source_label"].isin(list(notes.labels))
    table.loc[changed, "label"] = table.loc[changed, "source_label"].map(notes.labels).map(str)
    return DataSet(apply_edits(table, folder, notes.edits, problems=problems), problems)


def apply_edits(table: pd.DataFrame, folder: Path, edits: tuple[Edit, ...], *, problems: list[Problem]) -> pd.DataFrame:
    """Make edits; of several of one box the last counts.

    A picture whose last box is taken away is one without faces.

    Args:
        table: See training.data.table.
        folder: The set's.
        edits: See `Edit`.
        problems: Edits of pictures that are not there are added here.
    """
    by_image: dict[str, dict[Box | None, Edit]] = {}
    for edit in edits:
        by_image.setdefault(edit.image, {})[edit.box] = edit
    rows_by_image = table.groupby("image", sort=False).groups if edits else {}
    parts = []
    touched: list[int] = []
    for image, of_image in by_image.items():
        rows = rows_by_image.get(str((folder / image).resolve()))
        if rows is None:
            problems.append(Problem(image, "was mended, but is not there", "passed over"))
            continue
        touched += list(rows)
        if None not in of_image:
            parts.append(_edit_picture(table.loc[rows], of_image.values()))
    return tidy(pd.concat([table.drop(index=touched), *parts], ignore_index=True)) if touched else table


def _is_known(name: str) -> bool:
    return name in LABELS or name in FACES  # of the last, some are faces of unknown label


def _edit_picture(rows: pd.DataFrame, edits: Iterable[Edit]) -> pd.DataFrame:
    """The rows of one picture after edits of its boxes."""
    picture = rows.iloc[0].to_dict() | dict.fromkeys((*BOX, "label", "source_label")) | {"covered": False}
    faces = {round_box(tuple(row[side] for side in BOX)): row for row in rows.to_dict("records") if row["x1"] >= 0}
    for edit in edits:
        if edit.label is None:
            faces.pop(edit.box, None)
        else:
            face = faces.get(edit.box) or picture | dict(zip(BOX, edit.box or (), strict=True))
            faces[edit.box] = face | {"label": edit.label.value}
    return pd.DataFrame(list(faces.values()) or [picture])


def _leave_out_strangers(table: pd.DataFrame, where: str, notes: Notes, problems: list[Problem]) -> pd.DataFrame:
    names = table["source_label"]
    strange = names.map(lambda name: name is not None and not is_face(name, notes)).astype(bool)
    unsaid = Counter(name for name in names[strange] if name not in notes.labels)
    report_unknown(unsaid, where=where, problems=problems)
    kept = table[~strange].reset_index(drop=True)
    # a picture of nothing but strange things may well show faces: it must not pass for one without
    for image in sorted(set(table["image"]) - set(kept["image"])):
        problems.append(Problem(Path(image).name, "all its objects have names that are no faces", "left out"))
    return kept
