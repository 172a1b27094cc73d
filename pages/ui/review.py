"""The review queue of this process, and what visitors are told about it."""

from __future__ import annotations

import streamlit as st

from maskcore.settings import get_settings
from training.data.review.queue import ReviewQueue


@st.cache_resource(show_spinner=False)
def shared_queue() -> ReviewQueue:
    """The one review queue of this process."""
    settings = get_settings()
    return ReviewQueue(
        settings.data_folder / "review", max_mb=settings.max_review_mb, keep_days=settings.keep_review_days
    )


def takes_pictures() -> bool:
    """Whether the operator lets the queue take anything."""
    return get_settings().max_review_mb > 0


def explain(what: str) -> str:
    """What is stored, where, who sees it, and how it is deleted.

    Args:
        what: Begins the first sentence, such as "The picture".
    """
    settings = get_settings()
    return (
        f"{what} and the label are stored in the review queue on this server, in {settings.data_folder / 'review'}, "
        "without your name and without what the file says about place and camera. Whoever can open the Data page of "
        "this app can see them there. Accepted pictures become part of a data set to train with and stay until that "
        f"set is deleted; all others are deleted after {settings.keep_review_days} days. To have one deleted sooner, "
        "press Undo, throw it away on the Data page, or tell the person who runs this app its number."
    )
