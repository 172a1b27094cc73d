"""The app: its look, and the way to its pages. Start it with `streamlit run streamlit_app.py`."""

import streamlit as st

from pages.ui.retention import begin_deleting
from pages.ui.style import ICON, apply_style

PAGES = [
    st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
    st.Page("pages/live.py", title="Live", icon=":material/videocam:"),
    st.Page("pages/upload.py", title="Upload", icon=":material/photo_library:"),
    st.Page("pages/video.py", title="Video", icon=":material/movie:"),
    st.Page("pages/history.py", title="History", icon=":material/bar_chart:"),
    st.Page("pages/data.py", title="Data", icon=":material/dataset:"),
    st.Page("pages/training.py", title="Training", icon=":material/model_training:"),
]

st.set_page_config(page_title="Mask check", page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
begin_deleting()
page = st.navigation(PAGES, position="top")
apply_style()
page.run()
