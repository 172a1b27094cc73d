"""Asks the browser, before anything is started, whether it has a camera for this page."""

from __future__ import annotations

import streamlit as st

from pages.ui.notices import Camera
from pages.ui.style import ASSETS


def check_camera() -> Camera:
    """What the browser says; READY until it has answered. The page runs again when the answer changes."""
    component = st.components.v2.component("mask_check.camera_check", js=(ASSETS / "camera_check.js").read_text())
    answer = component(key="camera_check", height=1, on_state_change=lambda: None)
    return Camera(answer.get("state") or Camera.READY)
