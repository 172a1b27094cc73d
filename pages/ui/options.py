"""What a visitor can choose about how pictures are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from maskcore.settings import get_settings

INPUT_SIZES = {
    None: "By the picture",
    320: "320 px, fastest",
    640: "640 px",
    960: "960 px",
    1280: "1280 px, smallest faces",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How to look at a picture; None is the detector's own choice.

    Attributes:
        min_score: Lowest probability of a face, 0 to 1.
        input_size: Longer side that the detector sees, a multiple of 32.
    """

    min_score: float | None = None
    input_size: int | None = None


def choose_score(*, key: str) -> float:
    """A slider for the lowest probability of a face, 0 to 1; begins at the setting."""
    begin = round(100 * get_settings().min_score)
    advice = "Lower finds more faces, and more that are none."
    return (
        st.slider("Show faces that are at least this certain", 0, 100, begin, format="%d %%", key=key, help=advice)
        / 100
    )


def choose_input_size(*, key: str) -> int | None:
    """The longer side that the detector sees; None lets it choose by the picture."""
    advice = "The longer side that the detector sees. Larger finds smaller faces and takes longer."
    return st.selectbox(
        "Look at the picture at", INPUT_SIZES, format_func=INPUT_SIZES.__getitem__, key=key, help=advice
    )
