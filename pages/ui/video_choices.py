"""What a visitor can choose about a film."""

from __future__ import annotations

import streamlit as st

from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.settings import get_settings
from maskcore.video.annotate import Look
from pages.ui.options import MODES

EVERY = {1: "Every frame", 2: "Every 2nd frame", 3: "Every 3rd frame", 5: "Every 5th frame"}
FILM_MODES = (Mode.FAST, Mode.BALANCED, Mode.FULL)
BLURS = {"None": None, "All": Blur.ALL, "All but those without a mask": Blur.EXCEPT_NO_MASK}


def choose_look() -> Look:
    """Three choices side by side: which frames, how closely, whose faces are covered."""
    left, middle, right = st.columns(3)
    every = left.selectbox(
        "Look for faces in", EVERY, index=1, format_func=EVERY.__getitem__, key="film_every",
        help="Faces are moved along in the frames between. Fewer frames are faster; who is in the picture for a moment "
        "only may be missed.",
    )  # fmt: skip
    mode = middle.selectbox(
        "How closely to look", FILM_MODES, index=1, format_func=MODES.__getitem__, key="film_mode",
        help="Fast, balanced and full see the longer side at 320, 480 and 640 pixels: more finds smaller faces and "
        "takes longer.",
    )  # fmt: skip
    blur = right.selectbox(
        "Faces to make unrecognisable", BLURS, key="film_blur",
        help="In the film and in the small pictures of people. A face that nobody finds stays as it is, so look at the "
        "film before you pass it on.",
    )  # fmt: skip
    return Look(every, mode, BLURS[blur], get_settings().min_score)
