"""Faces to be labelled fast, by keys, mouse or finger; the browser keeps what was done and hands it over in batches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

import streamlit as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from maskcore.data_urls import data_url
from maskcore.styles import INK_HEX, LABEL_STYLES
from maskcore.types import Label
from pages.ui.data_boxes import face_crop
from pages.ui.style import ASSETS
from training.data.notes import Box, Edit, take_back

NONE, UNKNOWN = "none", "unknown"  # what the browser calls no face, and a face without a label
STEPS_MAX = 2000  # of one batch; a browser that was long without the server has so many at most

_HTML, _CSS, _JS = ((ASSETS / f"relabel.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
_mount = st.components.v2.component("mask_check.relabel", html=_HTML, css=_CSS, js=_JS)
_Side = Annotated[float, Field(allow_inf_nan=False)]


class _Change(BaseModel):
    image: str
    box: tuple[_Side, _Side, _Side, _Side]
    label: Label | Literal["none", "unknown"]


class _Step(BaseModel):
    serial: int
    undo: bool
    changes: list[_Change]


class _Sent(BaseModel):
    page: int = 1
    steps: Annotated[list[_Step], Field(max_length=STEPS_MAX)] = []


_SENT: TypeAdapter[_Sent] = TypeAdapter(_Sent)


@dataclass(frozen=True, slots=True)
class Shown:
    """A face of the grid.

    Attributes:
        path: Of its picture.
        image: How notes name the picture.
        box: x1, y1, x2, y2 in pixels, to a tenth.
        whole: Whether the picture is a crop of this face.
        label: As it stands; NONE where it was taken away, UNKNOWN where it has none.
        changed: Whether somebody said so.
        hint: What else is to be said about it.
    """

    path: str
    image: str
    box: Box
    whole: bool
    label: str
    changed: bool
    hint: str = ""


def show_grid(
    faces: Sequence[Shown], *, page: int, pages: int, total: int, ack: int, name: str, on_sent: Any, key: str
) -> None:
    """Show a page of faces.

    Args:
        faces: Those of the page.
        page: Its number, from 1.
        pages: How many there are.
        total: Faces on all of them.
        ack: Number of the last step that is kept; the browser sends those after it until they are.
        name: Of the set; what a browser has not handed over is held under it.
        on_sent: Called with what `parse` gives when the browser sends.
        key: Names this grid within the visit.
    """
    data = {
        "faces": [_plain(face) for face in faces], "page": page, "pages": pages, "total": total, "ack": ack,
        "set": name, "ink": INK_HEX, "looks": _looks(),
    }  # fmt: skip
    _mount(key=key, data=data, on_sent_change=partial(_hand_over, key, on_sent))


def parse(sent: object) -> tuple[int, list[tuple[int, bool, list[Edit]]]]:
    """The page that is wanted, and steps: number, whether it takes back, and edits. A visitor may send anything."""
    try:
        good = _SENT.validate_python(sent)
    except ValidationError:
        return 1, []
    steps = [(step.serial, step.undo, [_edit(change) for change in step.changes]) for step in good.steps]
    return good.page, [(serial, undo, [each for each in edits if each]) for serial, undo, edits in steps]


def made(
    edits: tuple[Edit, ...], steps: Iterable[tuple[int, bool, list[Edit]]], known: Collection[tuple[str, Box]]
) -> tuple[Edit, ...]:
    """Edits after steps of the browser.

    Args:
        edits: Those kept so far.
        steps: From `parse`. One that a reload sent again changes nothing.
        known: The faces that can be edited, as image and box; others are passed over.
    """
    last = {(edit.image, edit.box): edit for edit in edits}
    for _, undo, wanted in steps:
        here = [edit for edit in wanted if (edit.image, edit.box) in known]
        if undo:
            edits = take_back(edits, *here)
            last = {(edit.image, edit.box): edit for edit in edits}
            continue
        new = [edit for edit in here if last.get((edit.image, edit.box)) != edit]
        edits += tuple(new)
        last |= {(edit.image, edit.box): edit for edit in new}
    return edits


def _hand_over(key: str, on_sent: Any) -> None:
    state = st.session_state.get(key) or {}
    on_sent(*parse(state.get("sent")))


def _edit(change: _Change) -> Edit | None:
    x1, y1, x2, y2 = change.box
    if change.label == UNKNOWN:
        return None
    return Edit(change.image, (x1, y1, x2, y2), None if change.label == NONE else Label(change.label))


def _plain(face: Shown) -> Mapping[str, Any]:
    data = face_crop(face.path, face.box, whole=face.whole)
    src = data_url(data) if data else None
    return {
        "image": face.image, "box": face.box, "label": face.label, "changed": face.changed, "hint": face.hint,
        "name": face.image, "src": src,
    }  # fmt: skip


def _looks() -> list[dict[str, str]]:
    """How each label looks; what a person can give has a key."""
    looks = [
        {"label": label.value, "text": style.text, "symbol": style.symbol, "color": style.color_hex, "key": str(number)}
        for number, label in enumerate(Label, 1)
        for style in [LABEL_STYLES[label.value]]
    ]
    grey = LABEL_STYLES["uncertain"]
    gone = {"label": NONE, "text": "No face", "symbol": "–", "color": grey.color_hex, "key": str(len(looks) + 1)}
    unknown = {"label": UNKNOWN, "text": "No label", "symbol": grey.symbol, "color": grey.color_hex, "key": ""}
    return [*looks, gone, unknown]
