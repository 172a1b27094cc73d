"""What stands around every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from maskcore import MaskcoreError
from pages.ui.trouble import show_error


@contextmanager
def whole_page() -> Iterator[None]:
    """Around everything a page does: enter through the app, and end an error of the core in words."""
    _enter_through_the_app()
    try:
        yield
    except MaskcoreError as error:
        show_error(error)
        st.stop()


def _enter_through_the_app() -> None:
    """Go back to streamlit_app.py where Streamlit ran the page without it.

    Streamlit takes a folder named pages/ for its old kind of app until st.navigation is called for the first time. The
    first visitor of a server who comes by a page's own address would see that page bare, with the files' names as menu.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False  # what st.navigation does
        st.rerun()
