"""Class folders: one folder a label, one face a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.files import is_picture, measure, report_strangers
from training.data.labels import LABELS
from training.data.progress import Told, counted, tell_nobody
from training.data.table import DataSet, Problem, make_table


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
    for part in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        if part.name not in labels:
            problems.append(Problem(part.name, "the folder's name is no known label", "left out"))
            continue
        report_strangers(part.iterdir(), problems=problems)
        pictures += sorted(path for path in part.iterdir() if is_picture(path))
    for path in counted(pictures, on_progress):
        picture = measure(path, problems=problems)
        if picture:
            box = {"x1": 0, "y1": 0, "x2": picture["width"], "y2": picture["height"], "crop": True}
            name = path.parent.name
            rows.append(picture | box | {"label": labels[name].value, "source_label": name})
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    return DataSet(table, problems)
