"""Pascal VOC: images/ and annotations/ with one XML file a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.corrections import apply_mafa_labels
from training.data.files import is_picture, measure, report_strangers
from training.data.labels import LABELS, Named, face_rows, report_unknown
from training.data.progress import Told, counted, tell_nobody
from training.data.table import DataSet, Problem, make_table

CORRECTIONS = "mafa_labels.csv"


def read_voc(
    folder: Path,
    *,
    source: str | None = None,
    labels: Mapping[str, Label] = LABELS,
    on_progress: Told = tell_nobody,
) -> DataSet:
    """Read a folder with images/ and annotations/.

    Args:
        folder: The data set; where it holds mafa_labels.csv, labels are corrected by it.
        source: Name of the set; None takes the folder's.
        labels: Label for each name used in the files; faces of other names are dropped and reported.
        on_progress: Told pictures done and pictures to do.
    """
    problems: list[Problem] = []
    unknown: Counter[str] = Counter()
    by_stem = {path.stem: path for path in sorted((folder / "images").iterdir()) if is_picture(path)}
    report_strangers((folder / "images").iterdir(), problems=problems)
    annotations = {path.stem: path for path in sorted((folder / "annotations").glob("*.xml")) if path.name[0] != "."}
    rows = []
    for stem, annotation in counted(annotations.items(), on_progress):
        if stem not in by_stem:
            problems.append(Problem(annotation.name, "its picture is missing", "left out"))
            continue
        picture = measure(by_stem[stem], problems=problems)
        objects = _read(annotation, picture, problems) if picture else None
        if picture and objects is not None:
            rows += face_rows(picture, objects, labels=labels, unknown=unknown, problems=problems)
    for stem in sorted(by_stem.keys() - annotations.keys()):
        # nobody has looked at it, so it is not a picture without faces
        problems.append(Problem(by_stem[stem].name, "its annotation is missing", "left out"))
    report_unknown(unknown, where=folder.name, labels=labels, problems=problems)
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    if (folder / CORRECTIONS).exists():
        table = apply_mafa_labels(table, folder / CORRECTIONS, problems=problems)
    return DataSet(table, problems)


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
