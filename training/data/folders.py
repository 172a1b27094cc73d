"""Class folders: one folder a label, one face a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from maskcore.types import Label
from training.data.table import DataSet, Problem, make_table
from training.data.voc import LABELS, PICTURES


def read_folders(folder: Path, *, source: str | None = None, labels: Mapping[str, Label] = LABELS) -> DataSet:
    """Read a folder whose subfolders are named after labels; the whole picture is the face's box.

    Args:
        folder: The data set.
        source: Name of the set; None takes the folder's.
        labels: Label for each folder name; other folders are left out and reported.
    """
    problems: list[Problem] = []
    rows = []
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        if part.name not in labels:
            problems.append(Problem(part.name, "the folder's name is no known label", "left out"))
            continue
        for path in sorted(part.iterdir()):
            if path.suffix.lower() not in PICTURES:
                continue
            try:
                with Image.open(path) as picture:
                    width, height = picture.size
            except (UnidentifiedImageError, OSError) as error:
                problems.append(Problem(path.name, f"cannot be read as a picture ({error})", "left out"))
                continue
            box = {"x1": 0, "y1": 0, "x2": width, "y2": height, "width": width, "height": height}
            name = {"image": str(path.resolve()), "source": source or folder.name}
            rows.append(name | box | {"label": labels[part.name].value, "source_label": part.name, "crop": True})
    return DataSet(make_table(rows, problems=problems), problems)
