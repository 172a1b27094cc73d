"""Data: accepted pictures of the review queue become a data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from pages.ui.data_sets import choose, new_set
from pages.ui.review import shared_queue
from pages.ui.trouble import show_error
from training.data.notes import Notes
from training.data.review.items import ReviewItem
from training.data.review.merge import merge
from training.errors import DataError

ORIGIN = "Corrections from the use of this app"
LICENCE = "Given to train this app's model, not to be passed on"


def show_merge(accepted: Sequence[ReviewItem], *, on_merged: Callable[[], object]) -> None:
    """Ask for a name and terms, write the set and open it.

    Args:
        accepted: What goes into it.
        on_merged: Called when they have left the queue, after which nothing about them can be undone.
    """
    count = "1 accepted picture" if len(accepted) == 1 else f"{len(accepted):,} accepted pictures"
    with st.container(border=True), st.form("review_merge", border=False):
        st.html(f'<p class="mc-heading">Make a data set of {count}</p>')
        name = st.text_input("Name", f"corrections-{datetime.now():%Y-%m-%d}", key="review_name")
        origin = st.text_input("Where are the pictures from?", ORIGIN, key="review_origin")
        licence = st.text_input("Under which terms may they be used?", LICENCE, key="review_licence")
        st.html(
            '<p class="mc-note">They leave the queue and become a set of their own, in Pascal VOC, with a file that '
            "names source and terms. It can be mended, taken away and trained on as any other.</p>"
        )
        if st.form_submit_button("Merge into a set", type="primary", icon=":material/merge:"):
            _merge(accepted, name, Notes(licence.strip(), origin.strip()), on_merged)


def _merge(accepted: Sequence[ReviewItem], name: str, notes: Notes, on_merged: Callable[[], object]) -> None:
    if not (notes.licence and notes.origin):
        st.error("Nothing was written: expected a source and terms. Fill both in and press the button again.")
        return
    key, folder = new_set(name)
    try:
        merge(accepted, shared_queue(), folder, notes=notes)
    except DataError as error:
        show_error(error)
        return
    on_merged()
    choose(key)
    st.rerun()
