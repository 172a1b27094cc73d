"""Pascal VOC: one XML file a picture, beside it or in a folder of its own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from collections.abc import Container, Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.corrections import apply_mafa_labels
from training.data.files import PARTS, is_picture, measure, part_of, report_strangers
from training.data.labels import LABELS, Named, face_rows, report_unknown
from training.data.progress import Told, counted, tell_nobody
from training.data.table import DataSet, Problem, make_table

CORRECTIONS = "mafa_labels.csv"
ROOT = re.compile(rb"<annotation[\s>]")
HEAD_BYTES = 1000  # of a file, in which its root stands


def find_voc(folder: Path) -> list[Path]:
    """The XML files of a set: at its top or in a folder there, parts such as train/ aside; none if none annotates."""
    found = (path for path in folder.rglob("*.xml") if path.name[0] != "." and path.is_file())
    paths = sorted(path for path in found if _depth(path, folder) <= 1)
    return paths if any(ROOT.search(path.read_bytes()[:HEAD_BYTES]) for path in paths) else []


def read_voc(
    folder: Path,
    *,
    source: str | None = None,
    labels: Mapping[str, Label] = LABELS,
    on_progress: Told = tell_nobody,
) -> DataSet:
    """Read a folder with pictures and an XML file for each, such as images/ and annotations/, or side by side.

    Args:
        folder: The data set; where it holds mafa_labels.csv, labels are corrected by it.
        source: Name of the set; None takes the folder's.
        labels: Label for each name used in the files; faces of other names are dropped and reported.
        on_progress: Told pictures done and pictures to do.
    """
    problems: list[Problem] = []
    unknown: Counter[str] = Counter()
    annotations = find_voc(folder)
    pictures = sorted(filter(is_picture, folder.rglob("*")))
    by_stem: defaultdict[str, list[Path]] = defaultdict(list)
    for path in pictures:
        by_stem[path.stem].append(path)
    for apart in sorted({path.parent for path in pictures} - {path.parent for path in annotations}):
        report_strangers(apart.iterdir(), problems=problems)
    used = set()
    rows = []
    for annotation in counted(annotations, on_progress):
        meant = _meant(annotation, by_stem[annotation.stem])
        if trouble := _trouble(meant, used):
            problems.append(Problem(annotation.name, trouble, "left out"))
            continue
        used.add(meant[0])
        picture = measure(meant[0], problems=problems)
        objects = _read(annotation, picture, problems) if picture else None
        if picture and objects is not None:
            picture |= {"split": part_of(meant[0].relative_to(folder))}
            rows += face_rows(picture, objects, labels=labels, unknown=unknown, problems=problems)
    for path in pictures:
        if path not in used:  # nobody has looked at it, so it is not a picture without faces
            problems.append(Problem(path.name, "its annotation is missing", "left out"))
    report_unknown(unknown, where=folder.name, problems=problems)
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    if (folder / CORRECTIONS).exists():
        table = apply_mafa_labels(table, folder / CORRECTIONS, problems=problems)
    return DataSet(table, problems)


def _depth(path: Path, folder: Path) -> int:
    return sum(name.lower() not in PARTS for name in path.relative_to(folder).parts[:-1])


def _meant(annotation: Path, alike: list[Path]) -> list[Path]:
    """Of pictures of one name the nearest: beside the file, in a folder beside its own, in one of the same name."""
    for near in (lambda path: path.parent, lambda path: path.parent.parent, lambda path: path.parent.name):
        if found := [path for path in alike if near(path) == near(annotation)]:
            return found
    return alike


def _trouble(meant: list[Path], used: Container[Path]) -> str:
    """Why an annotation has no picture of its own; empty where it has."""
    if not meant:
        return "its picture is missing"
    if len(meant) > 1:
        return "several pictures bear its name"
    return "another file is about its picture" if meant[0] in used else ""


def _read(annotation: Path, picture: Mapping, problems: list[Problem]) -> list[Named] | None:
    """Names and boxes of one file; None where it cannot be read."""
    try:
        root = ElementTree.parse(annotation).getroot()
        objects = [(entry.findtext("name", "").strip(), _box(entry)) for entry in root.iter("object")]
        said = [float(root.findtext(f"size/{side}") or 0) for side in ("width", "height")]
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        problems.append(Problem(annotation.name, f"cannot be read ({error})", "left out"))
        return None
    seen = [picture["width"], picture["height"]]
    if all(said) and said != seen:
        what = "gives {:.0f}×{:.0f} pixels, the picture has {}×{}".format(*said, *seen)
        problems.append(Problem(annotation.name, what, "its boxes taken as they are"))
    return objects


def _box(entry: ElementTree.Element) -> list[float]:
    return [float(entry.findtext(f"bndbox/{side}") or "nan") for side in ("xmin", "ymin", "xmax", "ymax")]
