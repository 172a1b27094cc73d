"""A page with nothing but the drawing and what Python knows of it, for test_zone_editor.py."""

from __future__ import annotations

import streamlit as st

from maskcore.imaging import load_image
from maskcore.samples import SAMPLES
from maskcore.tracking.zones import Line, Zone
from pages.ui.style import apply_style
from pages.ui.zone_editor import edit_zones, zones_to_json

NOTHING = ((), ())
SAVED = (
    (Zone("<b>Queue</b>", ((0.08, 0.55), (0.4, 0.5), (0.45, 0.9), (0.1, 0.92))),),
    (Line("Door", (0.6, 0.85), (0.9, 0.6)),),
)

st.set_page_config(page_title="Drawing")
apply_style()
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"Run {st.session_state['runs']}")
number = st.radio("Picture", [0, 1, None], format_func=str, horizontal=True)
zones, lines = SAVED if st.checkbox("Saved") else NOTHING
image_bgr = None if number is None else load_image(SAMPLES[number].path, max_mb=10, max_megapixels=25)
if not st.checkbox("Away"):
    drawn = edit_zones(image_bgr, zones, lines, key="drawing")
    with st.container(key="value"):
        st.code(zones_to_json(*drawn), language=None, wrap_lines=True)
