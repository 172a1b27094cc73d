"""Which of a phone's cameras Live asks for: the one towards its holder or the one away."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui.style import ASSETS

ANY = "Any camera"
FACING: dict[str, dict[str, str]] = {
    ANY: {},
    "Front": {"facingMode": "user"},
    "Rear": {"facingMode": "environment"},
}


def chosen_facing() -> tuple[str, dict[str, Any]]:
    """The newest choice: its name, and what it asks of the browser's camera."""
    facing = st.session_state.get("live_facing", ANY)
    return facing, FACING[facing]


def choose_facing(*, disabled: bool) -> None:
    """Let the visitor choose.

    The video component remembers the camera of its newest start and asks for that alone. So each side has a component
    of its own, and what the component remembers for all of them is forgotten before another one begins.
    """
    facing = st.segmented_control(
        "Camera of a phone", list(FACING), default=ANY, required=True, key="live_facing", disabled=disabled
    )
    component = st.components.v2.component("mask_check.forget_camera", js=(ASSETS / "forget_camera.js").read_text())
    component(key="forget_camera", height=1, data={"facing": facing})
