"""Precision against recall, and claimed against true probabilities, of an evaluation."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from maskcore.styles import LABEL_STYLES
from maskcore.types import Label
from pages.ui.training_charts import LOOKS
from training.evaluation.explore import LOWEST, Fate, curve, label_curve
from training.evaluation.reliability import calibration_error, reliability

HEIGHT_PX = 240
LEARNT_HEX, PLAIN_HEX = list(LOOKS.values())[::-1]
SHARE = alt.Axis(format=".1~%", grid=False)
EVERY = "All faces"
LEAST_SURE = 0.34  # of three labels the likeliest has more than a third


def show_result_charts(faces: pd.DataFrame, *, min_score: float, unsure: float) -> None:
    """Both curves side by side; the point on the first is where the slider stands.

    Args:
        faces: From training.evaluation.explore.join_faces, with the column `fate`.
        min_score: Where the slider of scores stands.
        unsure: Where the slider of probabilities stands.
    """
    left, right = st.columns(2, gap="medium")
    with left:
        _show_precision(faces, min_score=min_score, unsure=unsure)
    told = faces[faces["fate"].isin([Fate.RIGHT, Fate.WRONG, Fate.UNCERTAIN])]
    claimed, true = told["sure"].to_numpy(float), (told["said"] == told["true"]).to_numpy(bool)
    right.html('<p class="mc-heading">Claimed probability of a label, and share that is right</p>')
    if told.empty:
        right.html('<p class="mc-note">No labelled face was found.</p>')
        return
    right.altair_chart(_reliability(reliability(claimed, true)), key="results_reliability")
    right.html(
        f'<p class="mc-note">On the line, probabilities mean what they say. They are off by '
        f"{100 * calibration_error(claimed, true):.1f} points on average.</p>"
    )


def _show_precision(faces: pd.DataFrame, *, min_score: float, unsure: float) -> None:
    """The curve of all faces over their score, or that of a label over its probability."""
    st.html('<p class="mc-heading">Faces found (recall) and found rightly (precision)</p>')
    labels = {EVERY: None} | {LABEL_STYLES[label.value].text: label for label in Label}
    name = st.segmented_control(
        "Curve of", labels, default=EVERY, required=True, key="results_curve", label_visibility="collapsed"
    )
    label = labels[name]
    if label is None:
        what, here = "score", min_score
        frame = curve(faces, _steps(LOWEST, min_score)).dropna()
    else:
        what, here = "probability", unsure
        frame = label_curve(faces, label, _steps(LEAST_SURE, unsure), min_score=min_score).dropna()
    if frame.empty:
        st.html('<p class="mc-note">There is no such face in truth, or none was told so.</p>')
        return
    st.altair_chart(_precision(frame, what, here), key="results_precision")
    if label is not None:
        st.html(
            f'<p class="mc-note">Of the faces that are “{name.lower()}” in truth, those found and told so (recall); of '
            "what is told so, what is right (precision). Along the curve, labels are trusted from another probability "
            "on.</p>"
        )


def _steps(lowest: float, here: float) -> NDArray[np.float64]:
    return np.unique(np.append(np.arange(lowest, 1.0, 0.02), here))


def _precision(frame: pd.DataFrame, what: str, here: float) -> alt.LayerChart:
    """A curve over `what`, a column of the frame, with a point where it is `here`."""
    base = alt.Chart(frame, height=HEIGHT_PX).encode(
        x=alt.X("recall:Q", title="Recall", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("precision:Q", title="Precision", axis=SHARE, scale=alt.Scale(zero=False)),
        order=f"{what}:Q",
        tooltip=[alt.Tooltip(f"{name}:Q", format=".3f") for name in (what, "recall", "precision")],
    )
    point = base.transform_filter(f"abs(datum.{what} - {here}) < 0.001")
    return base.mark_line(color=LEARNT_HEX) + point.mark_point(filled=True, size=110, color=LEARNT_HEX, opacity=1)


def _reliability(bins: pd.DataFrame) -> alt.LayerChart:
    line = alt.Chart(pd.DataFrame({"x": [0.3, 1], "y": [0.3, 1]}), height=HEIGHT_PX)
    perfect = line.mark_line(color=PLAIN_HEX, strokeDash=[4, 4]).encode(x="x:Q", y="y:Q")
    base = alt.Chart(bins).encode(
        x=alt.X("claimed:Q", title="Claimed", axis=SHARE, scale=alt.Scale(domain=[0.3, 1])),
        y=alt.Y("true:Q", title="Right", axis=SHARE, scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("claimed:Q", format=".1%"), alt.Tooltip("true:Q", format=".1%"),
            alt.Tooltip("faces:Q", format=",d"),
        ],
    )  # fmt: skip
    points = base.mark_point(filled=True, color=LEARNT_HEX, opacity=1).encode(size=alt.Size("faces:Q", legend=None))
    return perfect + base.mark_line(color=LEARNT_HEX) + points
