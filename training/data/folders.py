"""Class folders: one folder a label, one face a picture; at the top of the set, or in its parts such as train/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.files import PARTS, is_picture, measure, part_of, report_strangers
from training.data.labels import LABELS
from training.data.progress import Told, counted, tell_nobody
from training.data.table import DataSet, Problem, make_table

BOXED = {"images", "jpegimages", "labels", "annotations"}  # folders of formats with boxes; they are no labels


def find_folders(folder: Path) -> list[Path]:
    """The class folders of a set; none where it does not look like one.

    It does where a name is known, or where there are several names, all of folders with pictures: then somebody has to
    say what they mean, see training.data.notes.
    """
    found = _class_folders(folder)
    if any(each.name in LABELS for each in found):
        return found
    several = len({each.name for each in found}) > 1
    strange = all(each.name.lower() not in BOXED and any(map(is_picture, each.iterdir())) for each in found)
    return found if several and strange else []


def read_folders(
    folder: Path,
    *,
    source: str | None = None,
    labels: Mapping[str, Label] = LABELS,
    on_progress: Told = tell_nobody,
) -> DataSet:
    """Read a folder whose subfolders are named after labels; the whole picture is the face's box.

    Args:
        folder: The data set.
        source: Name of the set; None takes the folder's.
        labels: Label for each folder name; other folders are left out and reported.
        on_progress: Told pictures done and pictures to do.
    """
    problems: list[Problem] = []
    pictures: list[Path] = []
    rows = []
    for each in _class_folders(folder):
        if each.name not in labels:
            problems.append(Problem(each.name, "the folder's name is no known label", "left out"))
            continue
        report_strangers(each.iterdir(), problems=problems)
        pictures += sorted(path for path in each.iterdir() if is_picture(path))
    for path in counted(pictures, on_progress):
        picture = measure(path, problems=problems)
        if picture:
            box = {"x1": 0, "y1": 0, "x2": picture["width"], "y2": picture["height"], "crop": True}
            name = path.parent.name
            split = part_of(path.relative_to(folder))
            rows.append(picture | box | {"label": labels[name].value, "source_label": name, "split": split})
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    return DataSet(table, problems)


def _class_folders(folder: Path) -> list[Path]:
    inside = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    parts = [path for path in inside if path.name.lower() in PARTS]
    return [path for path in inside if path not in parts] + [each for part in parts for each in _class_folders(part)]
