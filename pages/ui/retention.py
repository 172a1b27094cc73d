"""What the app keeps is deleted in time, though nobody opens the page that it belongs to."""

from __future__ import annotations

import streamlit as st

from maskcore.retention import keep_deleting


@st.cache_resource(show_spinner=False)
def begin_deleting() -> None:
    """Delete what is too old from now on, once a process; what goes wrong is logged."""
    keep_deleting(
        {"films": _delete_old_films, "pictures to review": _delete_old_pictures, "history": _delete_old_events}
    )


# what these need is loaded in their thread: the first visitor's page does not wait for it


def _delete_old_films() -> None:
    from pages.ui.video_jobs import forget_films

    forget_films()


def _delete_old_pictures() -> None:
    from pages.ui.review import shared_queue

    shared_queue().sweep()


def _delete_old_events() -> None:
    from maskcore.events.retention import forget_old
    from pages.ui.keeping import shared_store

    forget_old(shared_store())
