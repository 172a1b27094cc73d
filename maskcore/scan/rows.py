"""The rows of a scan: one a face, and one for each picture without a face or with an error.

COLUMNS is the table's one description; docs/scaling.md shows it to people.
"""

from __future__ import annotations

from typing import Any

from maskcore.errors import MaskcoreError
from maskcore.types import Face, FrameResult, Label

Row = dict[str, Any]

# name → type as Arrow calls it
COLUMNS: dict[str, str] = {
    "source": "string",
    "time_s": "float64",
    "width": "int32",
    "height": "int32",
    "faces": "int32",
    "face": "int32",
    "x1": "float32",
    "y1": "float32",
    "x2": "float32",
    "y2": "float32",
    "score": "float32",
    "label": "string",
    "p_mask": "float32",
    "p_no_mask": "float32",
    "p_incorrect": "float32",
    "uncertain": "string",
    "model_id": "string",
    "model_version": "string",
    "error": "string",
    "error_detail": "string",
}


def result_rows(source: str, result: FrameResult, *, time_s: float | None = None) -> list[Row]:
    """The rows of one picture, largest face first; one row without a face where there is none.

    Args:
        source: The file.
        result: What was seen.
        time_s: Of a film's frame: seconds from the first one.
    """
    width, height = result.size
    picture = {
        "time_s": None if time_s is None else round(time_s, 3),
        "width": width,
        "height": height,
        "faces": len(result.faces),
        "model_id": result.model.id,
        "model_version": result.model.version,
    }
    faces = [_face(number, face) for number, face in enumerate(result.faces)] or [{}]
    return [_row(source, picture | face) for face in faces]


def error_row(source: str, error: MaskcoreError) -> Row:
    """The row of a file that could not be read, or not to its end."""
    return _row(source, {"error": error.slug, "error_detail": str(error)})


def _face(number: int, face: Face) -> Row:
    told = face.to_dict()
    sides = dict(zip(("x1", "y1", "x2", "y2"), told["box"], strict=True))
    likely = {f"p_{label.value}": told["probabilities"][label.value] for label in Label}
    return {"face": number} | sides | likely | {name: told[name] for name in ("score", "label", "uncertain")}


def _row(source: str, known: Row) -> Row:
    """Every column in order; a name that is no text is written with escapes, for no table holds it otherwise."""
    text = source.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return dict.fromkeys(COLUMNS) | {"source": text} | known
