"""Lets the video component keep to itself what the page says better."""

from __future__ import annotations

import streamlit as st

from pages.ui.style import ASSETS


def quiet_player() -> None:
    """Hide the component's own guess at why a start takes long, here and in every player that comes later."""
    component = st.components.v2.component("mask_check.quiet_player", js=(ASSETS / "quiet_player.js").read_text())
    component(key="quiet_player", height=1)
