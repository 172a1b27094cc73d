"""Pascal VOC: images/ and annotations/ with one XML file a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.corrections import apply_mafa_labels
from training.data.table import DataSet, Problem, make_table

LABELS: Mapping[str, Label] = {
    "with_mask": Label.MASK,
    "face_mask": Label.MASK,
    "mask": Label.MASK,
    "without_mask": Label.NO_MASK,
    "face": Label.NO_MASK,
    "no_mask": Label.NO_MASK,
    "mask_weared_incorrect": Label.INCORRECT,
    "with_incorrect_mask": Label.INCORRECT,
    "incorrect": Label.INCORRECT,
}
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")


def read_voc(folder: Path, *, source: str | None = None, labels: Mapping[str, Label] = LABELS) -> DataSet:
    """Read a folder with images/ and annotations/.

    Args:
        folder: The data set; where it holds mafa_labels.csv, labels are corrected by it.
        source: Name of the set; None takes the folder's.
        labels: Label for each name used in the files; faces of other names are dropped and reported.
    """
    problems: list[Problem] = []
    by_stem = {path.stem: path for path in sorted((folder / "images").iterdir()) if path.suffix.lower() in PICTURES}
    rows = []
    for annotation in sorted((folder / "annotations").glob("*.xml")):
        rows += _rows(annotation, by_stem, problems, labels)
    table = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    if (folder / "mafa_labels.csv").exists():
        table = apply_mafa_labels(table, folder / "mafa_labels.csv", problems=problems)
    return DataSet(table, problems)


def _rows(
    annotation: Path, by_stem: Mapping[str, Path], problems: list[Problem], labels: Mapping[str, Label]
) -> Iterator[dict]:
    image = by_stem.get(annotation.stem)
    if image is None:
        problems.append(Problem(annotation.name, "its picture is missing", "left out"))
        return
    try:
        root = ElementTree.parse(annotation).getroot()
        picture = {
            "image": str(image.resolve()),
            "width": float(root.findtext("size/width", "nan")),
            "height": float(root.findtext("size/height", "nan")),
        }
        faces = [(entry.findtext("name", ""), _box(entry)) for entry in root.iter("object")]
    except (ElementTree.ParseError, ValueError) as error:
        problems.append(Problem(annotation.name, f"cannot be read ({error})", "left out"))
        return
    known = [(name, box) for name, box in faces if name in labels]
    for name, _ in faces:
        if name not in labels:
            problems.append(Problem(annotation.name, f"unknown label {name!r}", "left out"))
    if not known:
        yield picture
    for name, box in known:
        yield picture | box | {"label": labels[name].value, "source_label": name}


def _box(entry: ElementTree.Element) -> dict[str, float]:
    names = {"x1": "xmin", "y1": "ymin", "x2": "xmax", "y2": "ymax"}
    return {ours: float(entry.findtext(f"bndbox/{theirs}", "nan")) for ours, theirs in names.items()}
