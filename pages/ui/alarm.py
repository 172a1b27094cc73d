"""A tone in the browser when an alert fires."""

from __future__ import annotations

import streamlit as st

from pages.ui.style import ASSETS


def sound_alarm(count: int, *, sound: bool) -> None:
    """Play a tone where `count` has grown since the last run; must run in every run, or the growth is not heard.

    Args:
        count: Alerts so far.
        sound: Whether to play.
    """
    component = st.components.v2.component("mask_check.alarm", js=(ASSETS / "alarm.js").read_text())
    component(key="alarm", height=1, data={"count": count, "sound": sound})
