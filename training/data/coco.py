"""COCO: JSON files that list pictures, categories and boxes of a whole set (Lin et al. 2014, cocodataset.org)."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maskcore.types import Label
from training.data.files import ENCODING, is_picture, measure, part_of
from training.data.labels import LABELS, Named, face_rows, report_unknown
from training.data.progress import Told, counted, tell_nobody
from training.data.table import DataSet, Problem, make_table
from training.errors import DataError

KEYS = {"images", "annotations", "categories"}
PLACES = ("*.json", "annotations/*.json", "*/_annotations.coco.json")  # the last is Roboflow's export


def find_coco(folder: Path) -> list[Path]:
    """The COCO files of a folder, in its top, in annotations/, or as Roboflow exports them."""
    paths = sorted({path for place in PLACES for path in folder.glob(place) if not path.name.startswith(".")})
    return [path for path in paths if path.is_file() and _looks_like_coco(path)]


def read_coco(
    folder: Path,
    *,
    source: str | None = None,
    labels: Mapping[str, Label] = LABELS,
    on_progress: Told = tell_nobody,
) -> DataSet:
    """Read every COCO file of a folder; pictures that are listed without boxes are pictures without faces.

    Of a picture that several files list, all boxes count, each once. Folders called train, val or valid, and test give
    the split.

    Args:
        folder: The data set; pictures may lie anywhere in it, but of several of one name none is guessed.
        source: Name of the set; None takes the folder's.
        labels: Label for each category; others are dropped and reported, as are crowds (one box, many faces).
        on_progress: Told pictures done and pictures to do.
    Raises:
        DataError: A file is not as COCO describes it.
    """
    problems: list[Problem] = []
    unknown: Counter[str] = Counter()
    by_name: defaultdict[str, list[Path]] = defaultdict(list)
    for each in sorted(filter(is_picture, folder.rglob("*"))):
        by_name[each.name].append(each)
    found: dict[Path, list[Named]] = {}
    listed = [(path, *entry) for path in find_coco(folder) for entry in _pictures(path, problems)]
    for path, file_name, objects in listed:
        beside = Path(os.path.normpath(path.parent / file_name))
        inside = beside.is_relative_to(os.path.normpath(folder))  # a stranger's list may name any file of this machine
        here = inside and os.path.isfile(beside)
        meant = [beside] if here else _meant(path, file_name, by_name[Path(file_name).name])
        if not meant:
            what = "is missing" if inside else "lies outside of the set's folder"
            problems.append(Problem(file_name, f"the picture {what}", "left out"))
        elif len(meant) > 1:
            problems.append(Problem(file_name, "several pictures bear its name", "left out"))
        else:
            found.setdefault(Path(os.path.relpath(meant[0], folder)), []).extend(objects)
    rows = []
    for place, objects in counted(found.items(), on_progress):
        if picture := measure(folder / place, problems=problems):
            picture |= {"split": part_of(place)}
            different = list(dict.fromkeys(objects))
            rows += face_rows(picture, different, labels=labels, unknown=unknown, problems=problems)
    report_unknown(unknown, where=folder.name, problems=problems)
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    return DataSet(table, problems)


def _meant(path: Path, file_name: str, alike: list[Path]) -> list[Path]:
    """Of pictures of one name those that a list means: by folders that it names too, or that it is named after."""
    named = [each for each in alike if each.as_posix().endswith(f"/{file_name}")]
    alike = named if len(file_name.split("/")) > 1 and named else alike
    after = [each for each in alike if each.parent.name in path.stem]
    return after if len(after) == 1 else alike


def _looks_like_coco(path: Path) -> bool:
    try:
        content = json.loads(path.read_text(ENCODING))
    except (ValueError, RecursionError):  # the latter of a file that is nested without end
        return False
    return isinstance(content, dict) and content.keys() >= KEYS


def _pictures(path: Path, problems: list[Problem]) -> Iterator[tuple[str, list[Named]]]:
    """File name, names and boxes of each picture that a file lists."""
    content = json.loads(path.read_text(ENCODING))
    try:
        names = {category["id"]: str(category["name"]).strip() for category in content["categories"]}
        objects: defaultdict[Any, list[Named]] = defaultdict(list)
        crowded = set()
        for entry in content["annotations"]:
            if entry.get("iscrowd"):
                problems.append(Problem(f"{path.name}, box {entry.get('id')}", "is a crowd", "left out"))
                crowded.add(entry["image_id"])
                continue
            x, y, width, height = map(float, entry["bbox"])
            objects[entry["image_id"]].append((names[entry["category_id"]], (x, y, x + width, y + height)))
        listed = [
            (str(entry["file_name"]), objects[entry["id"]], entry["id"] in crowded) for entry in content["images"]
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"Expected {path} to be COCO: images with id and file_name, categories with id and name, annotations with "
            f"image_id, category_id and bbox (x, y, width, height). It is not ({type(error).__name__}: {error})."
        ) from error
    for file_name, of_picture, shows_crowd in listed:
        if of_picture or not shows_crowd:
            yield file_name, of_picture
        else:  # it must not pass for one without faces
            problems.append(Problem(file_name, "has boxes of crowds, none of a face", "left out"))
