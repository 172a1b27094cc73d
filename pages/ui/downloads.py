"""Results to take away: CSV, JSON and a ZIP of everything."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pandas as pd

from maskcore.types import Face, Label
from pages.ui.pictures import Seen, annotated_png

CSV_COLUMNS = [
    "image", "face", "label", "uncertain", *(f"p_{label.value}" for label in Label), "score", "x1", "y1", "x2", "y2",
    "error",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that was sent, and what came of it; `name` differs from that of every other upload beside it."""

    name: str
    data: bytes
    seen: Seen

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePath(self.name).stem or "picture"


def to_json(upload: Upload) -> dict[str, Any]:
    """The shape that the command line prints."""
    error = upload.seen.error
    if error is not None:
        told = {"type": error.slug, "title": error.title, "detail": str(error)}
        return {"image": upload.name, "error": told}
    assert upload.seen.result is not None
    return {"image": upload.name} | upload.seen.result.to_dict()


def json_bytes(uploads: Sequence[Upload]) -> bytes:
    """One object for one picture, a list for several."""
    objects = [to_json(upload) for upload in uploads]
    return json.dumps(objects[0] if len(objects) == 1 else objects, indent=2, ensure_ascii=False).encode()


def csv_bytes(uploads: Sequence[Upload]) -> bytes:
    """One row a face in pixels of the picture; a picture without a face or with an error has one row of its own."""
    rows = [row for upload in uploads for row in _rows(upload)]
    table = pd.DataFrame(rows, columns=CSV_COLUMNS).astype({"face": "Int64"})  # else 1.0 where another row has none
    # The byte order mark lets spreadsheets read names beyond ASCII.
    return table.to_csv(index=False).encode("utf-8-sig")


def zip_bytes(uploads: Sequence[Upload]) -> bytes:
    """faces.csv, faces.json, and every picture in full size with its faces drawn."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("faces.csv", csv_bytes(uploads))
        archive.writestr("faces.json", json_bytes(uploads))
        for upload in uploads:
            if upload.seen.result is not None:
                name = f"annotated/{PurePath(upload.name).name}.png"
                png = annotated_png(upload.data, upload.seen.result)
                archive.writestr(name, png, zipfile.ZIP_STORED)  # a PNG is compressed already
    return file.getvalue()


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names, with a number before the ending where one was there before: a.jpg, a (2).jpg."""
    distinct: list[str] = []
    for name in names:
        path, number, candidate = PurePath(name), 1, name
        while candidate in distinct:
            number += 1
            candidate = f"{path.stem} ({number}){path.suffix}"
        distinct.append(candidate)
    return distinct


def _rows(upload: Upload) -> list[dict[str, Any]]:
    if upload.seen.error is not None:
        return [{"image": upload.name, "error": str(upload.seen.error)}]
    assert upload.seen.result is not None
    faces = upload.seen.result.faces
    return [_row(upload.name, number, face) for number, face in enumerate(faces, 1)] or [{"image": upload.name}]


def _row(name: str, number: int, face: Face) -> dict[str, Any]:
    told = face.to_dict()
    shares = {f"p_{label}": share for label, share in told["probabilities"].items()}
    sides = dict(zip(("x1", "y1", "x2", "y2"), told["box"], strict=True))
    head = {"image": name, "face": number, "label": told["label"], "uncertain": told["uncertain"]}
    return head | shares | {"score": told["score"]} | sides
