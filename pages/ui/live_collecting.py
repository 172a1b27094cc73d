"""Live: faces that the model can't tell go to the review queue, where the operator switched that on."""

from __future__ import annotations

from html import escape

import streamlit as st

from maskcore.settings import get_settings
from maskcore.video.live import Looker
from pages.ui.live_panel import show_state
from pages.ui.review import explain, shared_queue, takes_pictures
from training.data.review.collect import A_MINUTE, Collector


def collects() -> bool:
    """Whether the operator switched it on."""
    return get_settings().collect_uncertain and takes_pictures()


def choose_collecting(now: Looker | None, *, own: bool) -> Looker | None:
    """Who looks at the frames of a video: a collector where that is switched on and the visitor did not refuse.

    Args:
        now: Who does at present.
        own: Whether it is the visitor's own camera; one of the network is the operator's alone to decide about.
    """
    if not collects():
        return None
    if own and not st.toggle("Store faces that the model can't tell", value=True, key="live_collect"):
        return None
    collector = now if isinstance(now, Collector) else Collector(shared_queue())
    if collector.trouble is not None:
        show_state("bad", "A face could not be stored for review", str(collector.trouble))
    return collector


def say_collecting() -> None:
    """Below the video: what becomes of its frames."""
    if not collects():
        st.html(
            '<p class="mc-note">Frames go to this server only, are looked at and forgotten. Nothing is kept unless you '
            "switch it on.</p>"
        )
        return
    st.html(
        '<p class="mc-state" role="note" data-tone="wait"><i></i><span><strong>Faces that the model can\'t tell are '
        "stored here to learn from</strong>The person who runs this app switched that on: each person at most once, "
        f"and {A_MINUTE} faces a minute; none while faces are blurred. {escape(explain('The cut-out face'))} "
        "All else is looked at and forgotten.</span></p>"
    )
