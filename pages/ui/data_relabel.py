"""Relabelling in bulk: which faces, in which order, and keeping what the grid hands over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from maskcore.styles import LABEL_STYLES, percent
from maskcore.types import Label
from pages.ui.data_opened import Opened
from pages.ui.data_relabel_grid import NONE, UNKNOWN, Shown, made, show_grid
from pages.ui.data_sets import memory
from pages.ui.data_suspects import find_or_offer, suspects_left
from pages.ui.trouble import show_error
from training.data.notes import CHANGING, Box, Edit, load_notes, round_box, save_notes
from training.data.table import BOX
from training.errors import DataError

A_PAGE = 60
EVERY, UNLABELLED = "Every label", "No label"
EVERY_NAME = "Every name in the set"
SUSPECTS, IN_ORDER, SMALLEST, LARGEST = "Only suspects", "As in the set", "Smallest first", "Largest first"
ORDERS = (IN_ORDER, SMALLEST, LARGEST, SUSPECTS)

Face = tuple[str, Box]  # the picture's path, and x1, y1, x2, y2 to a tenth of a pixel


@dataclass
class Work:
    """The faces of one choice, in an order that holds while labels change under it.

    Attributes:
        choice: What was chosen.
        faces: The faces.
        hints: What is to be said about some.
        page: From 1.
    """

    choice: tuple
    faces: list[Face]
    hints: dict[Face, str]
    page: int = 1


def show_relabel(opened: Opened) -> None:
    """Choose faces; then a page of them to be labelled."""
    work = _work(opened)
    if work is None:
        return
    if not work.faces:
        st.html('<p class="mc-note">There is no such face.</p>')
        return
    if trouble := memory(opened.key).pop("relabel_trouble", None):
        show_error(trouble)
    pages = -(-len(work.faces) // A_PAGE)
    work.page = min(work.page, pages)
    shown = _shown(opened, work, work.faces[(work.page - 1) * A_PAGE : work.page * A_PAGE])
    show_grid(
        shown, page=work.page, pages=pages, total=len(work.faces), ack=memory(opened.key).get("relabel_ack", 0),
        name=opened.key, on_sent=lambda page, steps: _keep(opened, work, page, steps), key="data_relabel_grid",
    )  # fmt: skip


def choose_faces(
    faces: pd.DataFrame, *, label: Label | str | None = None, name: str | None = None, order: str = IN_ORDER
) -> list[Face]:
    """Faces in an order.

    Args:
        faces: From `describe_faces`, or suspects.
        label: Only those of it; UNLABELLED is those without; None takes all.
        name: Only those that the set calls so; None takes all.
        order: One of ORDERS.
    """
    if label is not None:
        faces = faces[faces["label"].isna() if label == UNLABELLED else faces["label"] == label]
    if name is not None:
        faces = faces[faces["source_label"] == name]
    if order == IN_ORDER:
        faces = faces.sort_values("image", kind="stable")  # a mended picture stands at the table's end
    elif order in (SMALLEST, LARGEST):
        faces = faces.sort_values("side", ascending=order == SMALLEST, kind="stable")
    boxes = [round_box(tuple(box)) for box in faces[BOX].to_numpy(float)]
    return list(dict.fromkeys(zip(faces["image"], boxes, strict=True)))


def _work(opened: Opened) -> Work | None:
    """The faces of what is chosen; None where suspects were chosen that nobody has looked for."""
    kept = memory(opened.key)
    labels = {EVERY: None} | {LABEL_STYLES[label.value].text: label for label in Label} | {UNLABELLED: UNLABELLED}
    names = [EVERY_NAME, *sorted(opened.published.table["source_label"].dropna().unique())]
    with st.container(horizontal=True):
        order = st.selectbox("Order", ORDERS, key="data_relabel_order", width=170)  # two fit a phone side by side
        label = st.selectbox("Worn", labels, key="data_relabel_label", width=170)
        name = st.selectbox("Name in the set", names, key="data_relabel_name", width=260)
    choice = (order, label, name, *opened.notes.labels.items())  # a name may mean something else since
    work: Work | None = kept.get("relabel")
    if work is not None and work.choice == choice:
        return work
    faces, hints = opened.faces, {}
    if order == SUSPECTS:
        found = find_or_offer(opened)
        if found is None:
            return None
        faces = suspects_left(opened, found)
        hints = {
            (row["image"], round_box(tuple(row[side] for side in BOX))): _hint(row) for row in faces.to_dict("records")
        }
    chosen = choose_faces(faces, label=labels[label], name=None if name == EVERY_NAME else name, order=order)
    kept["relabel"] = Work(choice, chosen, hints)
    return kept["relabel"]


def _hint(row: dict) -> str:
    style = LABEL_STYLES[row["suggested"]]
    return f"{style.symbol} {percent(row['confidence'])}?"


def _shown(opened: Opened, work: Work, faces: list[Face]) -> list[Shown]:
    table = opened.found.table
    rows = table[table["image"].isin([image for image, _ in faces])]
    crops = dict(zip(rows["image"], rows["crop"], strict=True))
    known = zip(rows["image"], rows[BOX].to_numpy(float), rows["label"], strict=True)
    labels = {(image, round_box(tuple(box))): label or UNKNOWN for image, box, label in known}
    said = {(edit.image, edit.box) for edit in opened.notes.edits}
    return [
        Shown(
            image, opened.relative(image), box, bool(crops.get(image)), labels.get((image, box), NONE),
            (opened.relative(image), box) in said, work.hints.get((image, box), ""),
        )
        for image, box in faces
    ]  # fmt: skip


def _keep(opened: Opened, work: Work, page: int, steps: list[tuple[int, bool, list[Edit]]]) -> None:
    """Keep what the grid handed over; what cannot be kept stays in the browser, and is told."""
    work.page = max(1, page)
    with CHANGING:  # also over what is kept already: the browser sends a step until it hears that it is
        _keep_new(opened, steps)


def _keep_new(opened: Opened, steps: list[tuple[int, bool, list[Edit]]]) -> None:
    kept = memory(opened.key)
    ack = kept.get("relabel_ack", 0)
    new = [step for step in steps if step[0] > ack]
    if not new:
        return
    tables = (opened.before_edits, opened.found.table)
    known = {
        (opened.relative(image), round_box(tuple(box)))
        for table in tables
        for image, box in zip(table["image"], table[BOX].to_numpy(float), strict=True)
    }
    try:
        notes = load_notes(opened.folder)
        save_notes(opened.folder, replace(notes, edits=made(notes.edits, new, known)))
    except DataError as error:
        kept["relabel_trouble"] = error
        return
    kept["relabel_ack"] = max(serial for serial, _, _ in new)
