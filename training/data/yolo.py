"""YOLO: a text file a picture, a line a face, and the names in data.yaml (docs.ultralytics.com/datasets/detect).

Labelling tools write the names a line each instead, into classes.txt and the like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.files import ENCODING, is_picture, measure, part_of
from training.data.labels import LABELS, Named, face_rows, report_unknown
from training.data.progress import Told, counted, tell_nobody
from training.data.table import DataSet, Problem, make_table
from training.errors import DataError

LISTS = ("classes.txt", "obj.names", "_darknet.labels")  # of names: of labelImg and Label Studio, CVAT, Roboflow
BOX_NUMBERS = 5  # class, middle and size as shares of the picture; longer lines are class and the corners of an outline
NAMES = re.compile(r"^names\s*:(.*)$")
ENTRY = re.compile(r"""(?:(\d+)\s*:\s*)?("[^"]*"|'[^']*'|[^\s,"'\[\]{}#][^,"'\[\]{}#]*)""")
LINE = re.compile(r"^\s*(?:-|(\d+)\s*:)\s+(.+)$")
COMMENT = re.compile(r"(^|\s)#.*$")


def find_yolo(folder: Path) -> Path | None:
    """The file with the names of a folder that holds YOLO labels; None where there is none."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if any(NAMES.match(line) for line in path.read_text(ENCODING, "replace").splitlines()):
            return path
    found = next((path for name in LISTS for path in sorted([*folder.glob(name), *folder.glob(f"*/{name}")])), None)
    return found if found and any(_labels_of(path, folder).is_file() for path in _pictures(folder)) else None


def read_yolo(
    folder: Path,
    *,
    source: str | None = None,
    labels: Mapping[str, Label] = LABELS,
    on_progress: Told = tell_nobody,
) -> DataSet:
    """Read a folder whose labels lie in labels/ as the pictures lie in images/, or beside them.

    A picture with an empty file is one without faces; one without a file was looked at by nobody and is left out.
    Folders called train, val or valid, and test give the split.

    Args:
        folder: The data set, with data.yaml at its top, or a list of names there or in a folder below.
        source: Name of the set; None takes the folder's.
        labels: Label for each name; faces of other names are dropped and reported.
        on_progress: Told pictures done and pictures to do.
    Raises:
        DataError: There is no file with names, or none in it.
    """
    problems: list[Problem] = []
    unknown: Counter[str] = Counter()
    names = _read_names(folder)
    pictures = _pictures(folder)
    used = {path for path in folder.rglob("*") if path.name in LISTS}
    rows = []
    for path in counted(pictures, on_progress):
        text = _labels_of(path, folder)
        if not text.is_file():
            problems.append(Problem(path.name, "its label file is missing", "left out"))
            continue
        used.add(text)
        picture = measure(path, problems=problems)
        objects = _read_objects(text, picture, names, problems) if picture else None
        if picture and objects is not None:
            picture |= {"split": part_of(path.relative_to(folder))}
            rows += face_rows(picture, objects, labels=labels, unknown=unknown, problems=problems)
    for text in sorted(set(folder.glob("**/labels/**/*.txt")) - used):
        problems.append(Problem(text.name, "its picture is missing", "left out"))
    report_unknown(unknown, where=folder.name, problems=problems)
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    return DataSet(table, problems)


def _labels_of(picture: Path, folder: Path) -> Path:
    """Where the labels of a picture lie: the last images/ of its path becomes labels/, else beside it."""
    parts = list(picture.relative_to(folder).parts)
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] == "images":
            parts[place] = "labels"
            break
    return folder.joinpath(*parts).with_suffix(".txt")


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if is_picture(path) and path.is_file())


def _read_objects(
    text: Path, picture: Mapping, names: Mapping[int, str], problems: list[Problem]
) -> list[Named] | None:
    """Names and boxes of one file, its bad lines left out; None where no line of it is good."""
    objects: list[Named] = []
    lines = [line for line in text.read_text(ENCODING, "replace").splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        try:
            kind, *values = (float(value) for value in line.split())
            name = names.get(int(kind), f"class {kind:g}")
            box = _box(values, picture["width"], picture["height"])
        except (ValueError, OverflowError):
            what = f"line {number} is not a class with the middle and size of a box"
            problems.append(Problem(text.name, what, "left out"))
            continue
        objects.append((name, box))
    if lines and not objects:
        problems.append(Problem(text.name, "has no good line", "picture left out"))
        return None
    return objects


def _box(values: list[float], width: float, height: float) -> tuple[float, float, float, float]:
    """x1, y1, x2, y2 in pixels, of middle and size or of an outline's corners."""
    if len(values) == BOX_NUMBERS - 1:
        x, y, w, h = values
        return (x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height
    if len(values) < BOX_NUMBERS + 1 or len(values) % 2:
        raise ValueError(f"{len(values)} numbers are neither a box nor an outline")
    across, down = values[::2], values[1::2]
    return min(across) * width, min(down) * height, max(across) * width, max(down) * height


def _read_names(folder: Path) -> dict[int, str]:
    """The names of the classes by their numbers: the one entry of the YAML file that matters here, or lines of a list.

    Understands what labelling tools write: a list or a mapping, in brackets or a line an entry.
    """
    path = find_yolo(folder)
    if path is None:
        raise DataError(f"Expected in {folder} a data.yaml or classes.txt with the names of the classes. Add one.")
    if path.name in LISTS:
        return dict(enumerate(line.strip() for line in path.read_text(ENCODING, "replace").splitlines()))
    lines = [COMMENT.sub("", line).rstrip() for line in path.read_text(ENCODING, "replace").splitlines()]
    start = next(number for number, line in enumerate(lines) if NAMES.match(line))
    rest = NAMES.match(lines[start])[1].strip()
    found = _bracketed(" ".join([rest, *lines[start + 1 :]])) if rest else _listed(lines[start + 1 :])
    names = {int(key) if key else place: _unquoted(name) for place, (key, name) in enumerate(found)}
    if not names:
        raise DataError(f"Expected {path} to have names: [first, second, …]; none can be read there. Mend the file.")
    return names


def _bracketed(text: str) -> list[tuple[str, str]]:
    closing = {"[": "]", "{": "}"}.get(text[0])
    return ENTRY.findall(text[1 : text.find(closing)]) if closing and closing in text else []


def _listed(lines: list[str]) -> list[tuple[str, str]]:
    entries = []
    for line in lines:
        found = LINE.match(line)
        if found:
            entries.append((found[1] or "", found[2]))
        elif line.strip():
            break
    return entries


def _unquoted(name: str) -> str:
    name = name.strip()
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" else name
