"""The detector that answers on all pages, and its card."""

from __future__ import annotations

import streamlit as st

from maskcore import MaskDetector
from maskcore.models import ModelCard, load_model_card
from maskcore.serving import Detectors, Serving


@st.cache_resource(show_spinner="Loading the model …")
def shared_detectors() -> Detectors:
    """Gives the detector that answers now; safe in the video threads too."""
    return Serving().detector


def shared_detector() -> MaskDetector:
    """The detector that all visitors share now; whoever keeps it keeps the model of this moment."""
    return shared_detectors()()


def shared_card() -> ModelCard:
    """The card of the model that answers now."""
    return load_model_card(shared_detector().folder)
