"""A set to take away, corrections and all."""

from __future__ import annotations

import io

import streamlit as st

from pages.ui.data_mend import show_edits
from pages.ui.data_opened import Opened
from pages.ui.data_sets import SENT, delete
from training.data.writers import Format, write_set

ABOUT = {
    Format.VOC: "An XML file a picture, in annotations/.",
    Format.COCO: "One JSON file for all pictures.",
    Format.YOLO: "A text file a picture and data.yaml, for the YOLO trainers.",
    Format.FOLDERS: "A folder a label with a picture of each face; for classifiers.",
}


def show_export(opened: Opened) -> None:
    """Corrections, the file to take away, and the end of a set that was sent."""
    left, right = st.columns(2, gap="large")
    with left:
        show_edits(opened)
    with right:
        _show_file(opened)
        if st.button("Train a model with it", icon=":material/model_training:", key="data_train"):
            st.switch_page("pages/training.py")
        show_end(opened.key)


def _show_file(opened: Opened) -> None:
    st.html('<p class="mc-heading">Take it away</p>')
    form = st.radio(
        "Format", list(Format), captions=list(ABOUT.values()), key="data_format", label_visibility="collapsed"
    )
    st.download_button(
        "ZIP file", lambda: zip_bytes(opened, form), f"{opened.folder.name}.zip", "application/zip", type="primary",
        icon=":material/folder_zip:", on_click="ignore", key="data_zip",
    )  # fmt: skip
    st.html(
        '<p class="mc-note">Labels are called mask, no_mask and incorrect. Corrections are made, faces without a label '
        "are left out, and README.txt names source and licence.</p>"
    )


def zip_bytes(opened: Opened, form: Format) -> bytes:
    """The set as it stands, in a format."""
    file = io.BytesIO()
    write_set(opened.found.table, file, form, notes=opened.notes)
    return file.getvalue()


def show_end(key: str) -> None:
    """The way to delete a set that was sent; also one that cannot be read."""
    if not key.startswith(f"{SENT}/"):
        return
    with st.expander("Delete this set from the server"):
        st.html("<p>Its pictures, labels and corrections go. It cannot be undone.</p>")
        st.button("Delete", icon=":material/delete:", on_click=delete, args=(key,), key="data_delete")
