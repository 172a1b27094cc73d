"""The look of the pages on top of .streamlit/config.toml."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parent / "assets"
ICON = str(ASSETS / "icon.svg")
LOGO = str(ASSETS / "logo.svg")


def apply_style() -> None:
    """Show the logo and add the style sheet; once a run, before the page's own elements."""
    st.logo(LOGO, size="large")
    st.html(ASSETS / "pages.css")
