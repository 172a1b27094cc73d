"""Pictures of a set in pages: any, those with the largest or the smallest faces, or of one label."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from maskcore.styles import LABEL_STYLES
from maskcore.types import Label
from pages.ui.data_boxes import Mark, show_picture
from pages.ui.data_mend import mend_picture
from pages.ui.data_opened import Opened
from pages.ui.style import ASSETS

A_PAGE = 12
ORDERS = {
    "Random": "random",
    "Largest faces": "largest",
    "Smallest faces": "smallest",
    "Most faces": "most",
    "Without faces": "none",
}
EVERY = "Every label"


def show_gallery(opened: Opened) -> None:
    """All pictures, in an order and of a label that the visitor chooses."""
    words = {EVERY: None} | {LABEL_STYLES[label.value].text: label for label in Label}
    order = ORDERS[
        st.segmented_control(
            "Order", ORDERS, default="Random", required=True, key="data_order", label_visibility="collapsed"
        )
    ]
    with st.container(horizontal=True):
        label = st.selectbox("Label", words, key="data_label", label_visibility="collapsed", width=180)
        if order == "random":
            st.button("Shuffle", icon=":material/shuffle:", on_click=_shuffle)
    seed = st.session_state.setdefault("data_seed", 0)
    images = ordered(opened.faces, opened.pictures, order, label=words[label], seed=seed)
    show_pages(opened, images, key="gallery")


def ordered(
    faces: pd.DataFrame, pictures: pd.DataFrame, order: str, *, label: Label | None = None, seed: int = 0
) -> list[str]:
    """Paths of pictures in an order.

    Args:
        faces: From `describe_faces`.
        pictures: From `describe_pictures`.
        order: A value of ORDERS; by the size of faces only those of the label count.
        label: Only pictures with a face of it.
        seed: Of the random order.
    """
    if order == "none":
        return pictures.loc[pictures["faces"] == 0, "image"].tolist()
    if label is not None:
        faces = faces[faces["label"] == label.value]
        pictures = pictures[pictures["image"].isin(faces["image"])]
    if order == "random":
        # by a hash, so that the others keep their places when one is left out
        return sorted(pictures["image"], key=lambda image: hashlib.sha256(f"{seed}/{image}".encode()).digest())
    if order == "most":
        return pictures.sort_values("faces", ascending=False, kind="stable")["image"].tolist()
    by_size = faces.sort_values("side", ascending=order == "smallest", kind="stable")
    return by_size["image"].drop_duplicates().tolist()


def show_pages(opened: Opened, images: Sequence[str], *, key: str) -> None:
    """Pictures, a page at a time."""
    if not images:
        st.html('<p class="mc-note">There is none.</p>')
        return
    first = choose_page(len(images), A_PAGE, key=key)
    show_pictures(opened, images[first : first + A_PAGE], key=key)


def choose_page(count: int, a_page: int, *, key: str) -> int:
    """Ask for a page where there are several; gives the place of its first thing."""
    pages = -(-count // a_page)
    if pages == 1:
        return 0
    name = f"data_page_{key}"
    st.session_state[name] = min(st.session_state.get(name, 1), pages)
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.number_input("Page", 1, pages, key=name, width=140, label_visibility="collapsed")
        st.html(f'<p class="mc-note">page of {pages:,}, {count:,} in all</p>', width="content")
    return (int(page) - 1) * a_page


def show_pictures(opened: Opened, images: Sequence[str], *, key: str) -> None:
    """Pictures side by side with their boxes, each with a way to mend it."""
    rows_by_image = rows_of(opened, images)
    with picture_grid(key):
        for number, image in enumerate(images):
            with st.container(key=f"data_cell_{key}_{number}"):
                marks = marks_of(rows_by_image[image])
                count = f"{len(marks)} face{'' if len(marks) == 1 else 's'}" if marks else "no face"
                show_picture(image, marks, note=f"{Path(image).name}, {count}")
                offer_mending(opened, image, key=f"{key}_{number}")


def picture_grid(key: str) -> DeltaGenerator:
    """A container whose children stand side by side; six a row where its key begins with "crops_", else four."""
    st.html(ASSETS / "data.css")
    return st.container(key=f"data_grid_{key}")


def offer_mending(opened: Opened, image: str, *, key: str) -> None:
    """The button below a picture that opens it."""
    if st.button("Look closer", key=f"data_open_{key}", type="tertiary", icon=":material/edit:"):
        mend_picture(opened, image)


def rows_of(opened: Opened, images: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The rows of some pictures."""
    table = opened.found.table
    return dict(iter(table[table["image"].isin(list(images))].groupby("image", sort=False)))


def marks_of(rows: pd.DataFrame) -> list[Mark]:
    """The boxes of one picture."""
    return [
        Mark((row.x1, row.y1, row.x2, row.y2), row.label or "uncertain") for row in rows.itertuples() if row.x1 >= 0
    ]


def _shuffle() -> None:
    st.session_state["data_seed"] += 1
