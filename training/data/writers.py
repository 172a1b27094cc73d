"""A data set as a ZIP file in a format that others read: Pascal VOC, COCO, YOLO or class folders.

What a reader of this package makes of the file is the table that it was written from.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from itertools import count
from pathlib import Path, PurePath
from typing import IO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import pandas as pd
from PIL import Image

from training.data.files import upright
from training.data.notes import Notes
from training.data.progress import Told, tell_nobody
from training.data.table import BOX, LABELS

NAMES = [label.value for label in LABELS]
SPLIT_FREE = "train"  # YOLO wants a part; pictures without one go here


class Format(StrEnum):
    """The formats that are written."""

    VOC = "Pascal VOC"
    COCO = "COCO"
    YOLO = "YOLO"
    FOLDERS = "Class folders"


Rows = list[tuple[str, pd.DataFrame]]


def write_set(
    table: pd.DataFrame, file: IO[bytes], form: Format, *, notes: Notes, on_progress: Told = tell_nobody
) -> None:
    """Write a set's pictures and labels.

    Pictures are copied as they are; only class folders hold a new picture for each face. Faces of unknown label cannot
    be told in these formats: they, and in class folders pictures without faces, are left out.

    Args:
        table: See training.data.table.
        file: Open for writing; becomes a ZIP file.
        form: In which format.
        notes: What was said about the set; licence and origin go into README.txt.
        on_progress: Told pictures done and pictures to do.
    """
    known = table[table["label"].notna() | table["x1"].isna()]
    named = list(_distinct_names(known))
    # a camera without a clock, or an archive, dates files before 1980, which a ZIP file cannot
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        archive.writestr("README.txt", _about(known, notes))
        if form is Format.FOLDERS:
            for number, (name, rows) in enumerate(named):
                on_progress(number, len(named))
                _write_crops(archive, name, rows)
            return
        _LABEL_WRITERS[form](archive, named)
        for number, (name, rows) in enumerate(named):
            on_progress(number, len(named))
            archive.write(rows["image"].iloc[0], _picture_path(form, name, rows), zipfile.ZIP_STORED)


def _distinct_names(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each picture's name, with a number where two folders of the set have the same, and its rows."""
    taken: set[str] = set()
    for image, rows in table.groupby("image", sort=True):
        path = PurePath(image)
        tries = (f"{path.stem}{f'_{number}' if number else ''}" for number in count())
        stem = next(each for each in tries if each.lower() not in taken)
        taken.add(stem.lower())  # also of a.jpg and a.png, which would share a file of labels
        yield f"{stem}{path.suffix}", rows


def _about(table: pd.DataFrame, notes: Notes) -> str:
    faces = table["label"].value_counts()
    counts = ", ".join(f"{name} {faces.get(name, 0)}" for name in NAMES)
    return (
        f"Pictures: {table['image'].nunique()}\nFaces: {faces.sum()} ({counts})\n"
        f"Licence: {notes.licence or 'not known'}\nSource: {notes.origin or 'not known'}\n"
    )


def _picture_path(form: Format, name: str, rows: pd.DataFrame) -> str:
    return f"images/{_part(rows)}/{name}" if form is Format.YOLO else f"images/{name}"


def _part(rows: pd.DataFrame) -> str:
    return rows["split"].iloc[0] or SPLIT_FREE


def _faces(rows: pd.DataFrame) -> list[tuple[str, list[float]]]:
    faces = rows[rows["x1"].notna()]
    return list(zip(faces["label"], faces[BOX].to_numpy(float).tolist(), strict=True))


def _write_voc(archive: zipfile.ZipFile, named: Rows) -> None:
    for name, rows in named:
        root = Element("annotation")
        SubElement(root, "filename").text = name
        size = SubElement(root, "size")
        for side, value in (("width", rows["width"].iloc[0]), ("height", rows["height"].iloc[0]), ("depth", 3)):
            SubElement(size, side).text = f"{value:.0f}"
        for label, box in _faces(rows):
            entry = SubElement(root, "object")
            SubElement(entry, "name").text = label
            corners = SubElement(entry, "bndbox")
            for side, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True):
                SubElement(corners, side).text = f"{value:g}"
        ElementTree.indent(root)
        archive.writestr(f"annotations/{PurePath(name).stem}.xml", ElementTree.tostring(root, "unicode"))


def _write_coco(archive: zipfile.ZipFile, named: Rows) -> None:
    images, annotations = [], []
    for number, (name, rows) in enumerate(named, 1):
        width, height = (int(rows[side].iloc[0]) for side in ("width", "height"))
        images.append({"id": number, "file_name": name, "width": width, "height": height})
        for label, (x1, y1, x2, y2) in _faces(rows):
            box, kind = [round(side, 2) for side in (x1, y1, x2 - x1, y2 - y1)], NAMES.index(label) + 1
            face = {"id": len(annotations) + 1, "image_id": number, "category_id": kind, "bbox": box}
            annotations.append(face | {"area": round(box[2] * box[3], 2), "iscrowd": 0})
    kinds = [{"id": number, "name": name} for number, name in enumerate(NAMES, 1)]
    content = {"images": images, "categories": kinds, "annotations": annotations}
    archive.writestr("annotations/instances.json", json.dumps(content))


def _write_yolo(archive: zipfile.ZipFile, named: Rows) -> None:
    parts = sorted({_part(rows) for _, rows in named})
    paths = "".join(f"{part}: images/{part}\n" for part in parts)
    archive.writestr("data.yaml", f"path: .\n{paths}nc: {len(NAMES)}\nnames: [{', '.join(NAMES)}]\n")
    for name, rows in named:
        width, height = rows["width"].iloc[0], rows["height"].iloc[0]
        lines = [
            f"{NAMES.index(label)} {(x1 + x2) / 2 / width:.6f} {(y1 + y2) / 2 / height:.6f} "
            f"{(x2 - x1) / width:.6f} {(y2 - y1) / height:.6f}\n"
            for label, (x1, y1, x2, y2) in _faces(rows)
        ]
        archive.writestr(f"labels/{_part(rows)}/{PurePath(name).stem}.txt", "".join(lines))


def _write_crops(archive: zipfile.ZipFile, name: str, rows: pd.DataFrame) -> None:
    """One picture a face; a picture that is a crop already is copied."""
    path = PurePath(name)
    faces = _faces(rows)
    if not faces:
        return
    if rows["crop"].iloc[0]:
        archive.write(rows["image"].iloc[0], f"{faces[0][0]}/{name}", zipfile.ZIP_STORED)
        return
    with Image.open(Path(rows["image"].iloc[0])) as opened:
        picture = upright(opened).convert("RGB")
    for number, (label, (x1, y1, x2, y2)) in enumerate(faces, 1):
        file = io.BytesIO()
        picture.crop((int(x1), int(y1), max(int(x1) + 1, round(x2)), max(int(y1) + 1, round(y2)))).save(file, "PNG")
        archive.writestr(f"{label}/{path.stem}_{number}.png", file.getvalue(), zipfile.ZIP_STORED)


_LABEL_WRITERS = {Format.VOC: _write_voc, Format.COCO: _write_coco, Format.YOLO: _write_yolo}
