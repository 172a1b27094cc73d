"""Live without video: a snapshot of the browser's camera, or a picture from a file, with its faces marked."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui.faces import show_counts
from pages.ui.options import Options, choose_score
from pages.ui.pictures import TYPES, show_picture, upload_limit_mb


def show_snapshot() -> None:
    """Let the visitor take a snapshot, and show it marked."""
    left, right = st.columns(2, gap="medium")
    with left:
        sent = st.camera_input("Take a snapshot", key="snapshot", label_visibility="collapsed")
        options = _choose_options()
    with right:
        _show(sent, options, name="Snapshot")


def show_dropped() -> None:
    """Let the visitor choose a picture, and show it marked."""
    left, right = st.columns(2, gap="medium")
    with left:
        sent = st.file_uploader(
            "Drop a picture here, or choose one", type=TYPES, key="live_picture", max_upload_size=upload_limit_mb()
        )
        options = _choose_options()
    with right:
        _show(sent, options)


def _choose_options() -> Options:
    return Options(min_score=choose_score(key="live_min_score"))


def _show(sent: UploadedFile | None, options: Options, *, name: str | None = None) -> None:
    """Show what was sent by `name`, or by that of its file."""
    if sent is None:
        st.html('<p class="mc-note">The picture with its faces marked appears here.</p>')
        return
    seen = show_picture(sent.getvalue(), name or sent.name, options)
    show_counts(seen.result.summary if seen.result else None)
