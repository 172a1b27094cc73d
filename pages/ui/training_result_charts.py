"""Precision against recall, and claimed against true probabilities, of an evaluation."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.training_charts import LOOKS
from training.evaluation.explore import LOWEST, Fate, curve
from training.evaluation.reliability import calibration_error, reliability

HEIGHT_PX = 240
LEARNT_HEX, PLAIN_HEX = list(LOOKS.values())[::-1]
SHARE = alt.Axis(format="%", grid=False)


def show_result_charts(faces: pd.DataFrame, *, min_score: float) -> None:
    """Both curves side by side; the point on the first is where the slider stands.

    Args:
        faces: From training.evaluation.explore.join_faces, with the column `fate`.
        min_score: Where the slider stands.
    """
    left, right = st.columns(2, gap="medium")
    left.html('<p class="mc-heading">Faces found (recall) and found rightly (precision)</p>')
    left.altair_chart(_precision(faces, min_score), key="results_precision")
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


def _precision(faces: pd.DataFrame, min_score: float) -> alt.LayerChart:
    steps = np.append(np.arange(LOWEST, 1.0, 0.02), min_score)
    frame = curve(faces, np.sort(steps)).dropna()
    base = alt.Chart(frame, height=HEIGHT_PX).encode(
        x=alt.X("recall:Q", title="Recall", axis=SHARE, scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("precision:Q", title="Precision", axis=SHARE, scale=alt.Scale(zero=False)),
        order="score:Q",
        tooltip=[alt.Tooltip(f"{name}:Q", format=".3f") for name in ("score", "recall", "precision")],
    )
    here = base.transform_filter(f"abs(datum.score - {min_score}) < 0.001")
    return base.mark_line(color=LEARNT_HEX) + here.mark_point(filled=True, size=110, color=LEARNT_HEX, opacity=1)


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
