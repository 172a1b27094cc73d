"""What a visitor can choose about how pictures are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from maskcore.modes import Mode
from maskcore.settings import get_settings

T = TypeVar("T")

MODES = {
    None: "By the picture",
    Mode.FAST: "Fast",
    Mode.BALANCED: "Balanced",
    Mode.FULL: "Full",
    Mode.CROWD: "Crowd: every small face",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How to look at a picture; None is the detector's own choice.

    Attributes:
        min_score: Lowest probability of a face, 0 to 1.
        input_size: How large the detector sees the picture.
    """

    min_score: float | None = None
    input_size: Mode | None = None


def choose_score(*, key: str, begin: float | None = None) -> float:
    """A slider for the lowest probability of a face, 0 to 1; begins at the setting, or where it is told to."""
    percent = round(100 * (get_settings().min_score if begin is None else begin))
    advice = "Lower finds more faces, and more that are none."
    return (
        st.slider("Show faces that are at least this certain", 0, 100, percent, format="%d%%", key=key, help=advice)
        / 100
    )


def choose_input_size(*, key: str, begin: Mode | None = None) -> Mode | None:
    """How large the detector sees a picture; None lets it choose by the picture."""
    advice = (
        "Fast, balanced and full see the longer side at 320, 480 and 640 pixels. Crowd sees a large picture whole, "
        "piece by piece: it finds the smallest faces and takes longest."
    )
    return choose_named("How closely to look", MODES, begin=begin, key=key, help=advice)


def choose_named(label: str, names: Mapping[T, str], *, begin: T, key: str, help: str) -> T:
    """A select box of named values, None among them: the widget itself takes None for "nothing chosen"."""
    chosen = st.selectbox(label, list(names.values()), list(names).index(begin), key=key, help=help)
    return next(value for value, name in names.items() if name == chosen)
