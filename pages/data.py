"""Data: open a set of pictures with labels, see what is in it and what is wrong, mend it, take it away."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.ui.data_doubts import show_doubts
from pages.ui.data_export import show_end, show_export
from pages.ui.data_gallery import show_gallery
from pages.ui.data_get import show_get
from pages.ui.data_mend import show_mended
from pages.ui.data_opened import Opened, open_set
from pages.ui.data_overview import show_overview, show_tiles
from pages.ui.data_relabel import show_relabel
from pages.ui.data_review import show_review
from pages.ui.data_sets import chosen_key, forget, let_go, list_sets
from pages.ui.data_start import show_start
from pages.ui.data_statistics import show_statistics
from pages.ui.entry import whole_page
from pages.ui.trouble import show_error
from training.errors import DataError

PARTS = {
    "Overview": show_overview,
    "Statistics": show_statistics,
    "Pictures": show_gallery,
    "What is wrong": show_doubts,
    "Relabel": show_relabel,
    "Take away": show_export,
}


WAYS = {"Open a set": show_start, "From Kaggle": show_get, "From use": show_review}


def show_ways() -> None:
    way = st.segmented_control(
        "Way", WAYS, default=next(iter(WAYS)), required=True, key="data_way", label_visibility="collapsed"
    )
    WAYS[way]()


def show_head(opened: Opened) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<p class="mc-lead"><strong>{escape(opened.folder.name)}</strong>, recognised as {opened.form}</p>',
            width="content",
        )
        with st.container(horizontal=True, width="content"):
            show_mended(opened)
            st.button("Read again", icon=":material/refresh:", on_click=forget, help="After a change on disk")
            st.button("Another set", icon=":material/close:", on_click=let_go)
    show_tiles(opened)


def show_set(opened: Opened) -> None:
    show_head(opened)
    if opened.found.table.empty:
        st.warning(f"Nothing in this set can be used as it is. {_way_out(opened)}", icon=":material/warning:")
        show_overview(opened)
        show_end(opened.key)
        return
    part = st.segmented_control(
        "Part", PARTS, default="Overview", required=True, key="data_part", label_visibility="collapsed"
    )
    PARTS[part](opened)


def _way_out(opened: Opened) -> str:
    if opened.published.table["source_label"].notna().any():
        return "None of its names is known here, or all mean no face: say below what they mean, and keep that."
    return "What was wrong with its files is told below."


with whole_page():
    st.title("Data", anchor=False)
    key = chosen_key()
    folder = list_sets().get(key) if key else None
    if key and folder is None:
        let_go()
        st.info("That set is not on this server any more.", icon=":material/info:")
    if folder is None:
        show_ways()
    else:
        try:
            opened = open_set(key, folder)
        except DataError as error:
            show_error(error, name=folder.name)
            st.button("Another set", icon=":material/close:", on_click=let_go)
            show_end(key)
        else:
            show_set(opened)
