"""Faces of an evaluation, cut from the data set when they are shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from maskcore.errors import ImageDecodeError
from maskcore.preprocess import crop_faces
from maskcore.styles import LABEL_STYLES, percent
from pages.ui.training_why import explain
from training.data.pictures import Pictures
from training.data.table import BOX
from training.evaluation.explore import Fate
from training.evaluation.gallery import CELL, MARGIN
from training.evaluation.results import About

MOST_SHOWN = 24
REMEMBERED = 200  # faces a visit, 50 kB each


def show_faces(about: About, faces: pd.DataFrame, *, key: str) -> None:
    """Faces side by side, each with what is true and what was said, and a button that asks why.

    Args:
        about: The evaluation.
        faces: Rows of training.evaluation.explore.join_faces with the column `fate`.
        key: Of the buttons.
    """
    if faces.empty:
        st.html('<p class="mc-note">No such faces.</p>')
        return
    shown, gone = faces.head(MOST_SHOWN), 0
    with st.container(horizontal=True, gap="small"):
        for number, (_, face) in enumerate(shown.iterrows()):
            crop_bgr = _crop(str(Path(about.root) / face["image"]), tuple(face[BOX].astype(float)))
            if crop_bgr is None:
                gone += 1
                continue
            with st.container(width=CELL):
                st.image(crop_bgr, _words(face), channels="BGR", width=CELL)
                if face["said"] and st.button("Why?", key=f"{key}_{number}", type="tertiary"):
                    explain(about, face)
    if len(faces) > len(shown):
        st.html(f'<p class="mc-note">The first {MOST_SHOWN} of {len(faces):,}.</p>')
    if gone:
        st.html(
            f'<p class="mc-note">{gone} pictures are not in {about.root} any more, or cannot be read. Put the data set '
            "back to see them.</p>"
        )


def _words(face: pd.Series) -> str:
    true = LABEL_STYLES[face["true"]].text if face["true"] else "no known face" if not face["known"] else "no label"
    if face["fate"] == Fate.MISSED:
        return f"{true}: missed, {face['side']:.0f} px"
    doubt = "uncertain, " if face["fate"] == Fate.UNCERTAIN else ""
    return (
        f"{true}: said {doubt}{LABEL_STYLES[face['said']].text} {percent(face['sure'])}, face {percent(face['score'])}"
    )


# Kept with the visit and never beyond it, like pictures on the other pages.
@st.cache_data(scope="session", max_entries=REMEMBERED, show_spinner=False)
def _crop(path: str, box: tuple[float, ...]) -> NDArray[np.uint8] | None:
    """A face with what is around it; None where the picture cannot be read."""
    try:
        image_bgr, scale = Pictures(budget_bytes=0).read(path)
    except ImageDecodeError:
        return None  # told below the faces
    return crop_faces(image_bgr, np.array([box], np.float32) * np.float32(scale), side=CELL, margin=MARGIN)[0]
