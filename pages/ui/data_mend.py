"""Mending one picture: labels, boxes, or leaving it out; every step can be taken back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from maskcore.styles import LABEL_STYLES
from maskcore.types import Label
from pages.ui.data_boxes import Mark, show_picture
from pages.ui.data_opened import Opened
from pages.ui.trouble import show_error
from training.data.notes import Edit, add_edits, round_box, undo_edit
from training.data.table import BOX
from training.errors import DataError

TAKE_AWAY = "No face: take the box away"
WORDS = {LABEL_STYLES[label.value].text: label for label in Label}
NO_LABEL = "No label"
_MENDED = "data_mended"


@st.dialog("Look closer", width="large")
def mend_picture(opened: Opened, image: str) -> None:
    """One picture in large, its faces in a table whose labels can be changed."""
    rows = opened.found.table[(opened.found.table["image"] == image) & opened.found.table["x1"].notna()]
    marks = [
        Mark(row[BOX].tolist(), row["label"] or "uncertain", str(number))
        for number, (_, row) in enumerate(rows.iterrows(), 1)
    ]
    show_picture(image, marks, large=True, note=opened.relative(image))
    frame = faces_frame(rows)
    edited = frame
    if len(frame):
        edited = st.data_editor(
            frame, hide_index=True, key=f"data_faces_{image}", disabled=["#", "In the set", "Size"],
            column_config={"Worn": st.column_config.SelectboxColumn(options=[*WORDS, TAKE_AWAY], required=True)},
        )  # fmt: skip
        st.html('<p class="mc-note">A double click or tap on what is worn, or Enter, changes it.</p>')
    with st.container(horizontal=True):
        if len(frame) and st.button("Keep", type="primary", icon=":material/check:", key="data_keep"):
            edits = edits_of(opened.relative(image), rows, frame, edited)
            if edits:
                keep(opened, *edits)
            st.toast("Nothing was changed yet", icon=":material/info:")
        if st.button("Leave this picture out", icon=":material/hide_image:", key="data_drop"):
            keep(opened, Edit(opened.relative(image)))


def faces_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a face: #, Worn, In the set, Size."""
    said = [
        [
            number,
            LABEL_STYLES[row.label].text if row.label else NO_LABEL,
            row.source_label or "added here",
            f"{row.x2 - row.x1:.0f} × {row.y2 - row.y1:.0f} px",
        ]
        for number, row in enumerate(rows.itertuples(), 1)
    ]
    return pd.DataFrame(said, columns=["#", "Worn", "In the set", "Size"])


def edits_of(name: str, rows: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> list[Edit]:
    """What was changed in the table of a picture's faces.

    Args:
        name: Of the picture, as notes name it.
        rows: Its faces.
        before: Their table.
        after: The table as the visitor left it.
    """
    changed = (before["Worn"] != after["Worn"]).to_numpy()
    boxes = rows.loc[changed, BOX].to_numpy(float)
    words = after.loc[changed, "Worn"]
    return [Edit(name, round_box(tuple(box)), WORDS.get(word)) for box, word in zip(boxes, words, strict=True)]


def keep(opened: Opened, *edits: Edit) -> None:
    """Keep what was mended and show the page anew, or tell why it cannot be kept."""
    try:
        add_edits(opened.folder, *edits)
    except DataError as error:
        show_error(error)
        return
    st.session_state[_MENDED] = f"{len(edits)} corrections kept" if len(edits) != 1 else "1 correction kept"
    st.rerun()


def show_mended(opened: Opened) -> None:
    """Tell once what was kept, and offer to take the last step back."""
    if told := st.session_state.pop(_MENDED, None):
        st.toast(told, icon=":material/check:")
    count = len(opened.notes.edits)
    if count:
        label = "Undo the last correction" if count == 1 else f"Undo the last of {count:,} corrections"
        st.button(label, icon=":material/undo:", on_click=undo_edit, args=(opened.folder,), key="data_undo")


def show_edits(opened: Opened) -> None:
    """Every correction, the newest first."""
    st.html('<p class="mc-heading">Corrections</p>')
    if not opened.notes.edits:
        st.html('<p class="mc-note">None yet. Look closer at a picture to change a label or to leave it out.</p>')
        return
    rows = [[Path(edit.image).name, edit_words(edit)] for edit in reversed(opened.notes.edits)]
    st.dataframe(pd.DataFrame(rows, columns=["Picture", "What"]), hide_index=True, key="data_edits")
    st.html(
        '<p class="mc-note">They are kept in a file of their own beside the set, and count wherever the set is read: '
        "in training too. The set's own files stay as they are.</p>"
    )


def edit_words(edit: Edit) -> str:
    """What an edit does, in words."""
    if edit.box is None:
        return "The picture is left out"
    where = "the face at {:.0f}, {:.0f}".format(*edit.box[:2])
    if edit.label is None:
        return f"No face: {where} is taken away"
    return f"{LABEL_STYLES[edit.label.value].text}: {where}"
