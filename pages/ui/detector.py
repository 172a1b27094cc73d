"""The one detector of this process, and its card."""

from __future__ import annotations

import streamlit as st

from maskcore import MaskDetector
from maskcore.models import ModelCard, load_model_card
from maskcore.settings import get_settings


@st.cache_resource(show_spinner="Loading the model …")
def shared_detector() -> MaskDetector:
    """The detector that all visitors share; safe in the video threads too."""
    return MaskDetector()


@st.cache_resource(show_spinner=False)
def shared_card() -> ModelCard:
    """The card of the model that `shared_detector` uses."""
    return load_model_card(get_settings().model_dir)
