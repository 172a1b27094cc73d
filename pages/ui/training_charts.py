"""A run's curves while it learns and afterwards."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from pages.ui.training_words import metrics_of
from training.runs.folder import RunFolder

LEARNING, CHECKED = "While it learns", "Checked on pictures kept aside"
LOOKS = {LEARNING: "#98A1AD", CHECKED: "#1C9A72"}
TITLES = {"loss": "Loss, lower is better", "accuracy": "Told rightly, in percent"}


def curve_frame(folder: RunFolder, figure: str) -> pd.DataFrame:
    """A figure over the run: epoch (a fraction that counts from 0), value, and what (LEARNING or CHECKED).

    Args:
        folder: The run's.
        figure: loss or accuracy.
    """
    parts = []
    if folder.has_steps():
        steps = pd.read_csv(folder.steps)
        parts.append(_part(steps, steps["epoch"], figure, LEARNING))
    metrics = metrics_of(folder)
    if not parts:
        parts.append(_part(metrics, metrics["epoch"] + 1, figure, LEARNING))
    parts.append(_part(metrics, metrics["epoch"] + 1, f"val_{figure}", CHECKED))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(value=frame["value"] * (100 if figure == "accuracy" else 1))


def show_curves(folder: RunFolder) -> None:
    """Loss, and accuracy where the model has one, side by side."""
    frames = {figure: curve_frame(folder, figure) for figure in TITLES}
    shown = {figure: frame for figure, frame in frames.items() if len(frame)}
    if not shown:
        st.html('<p class="mc-note">Curves appear with the first figures.</p>')
        return
    _show_legend()
    for column, (figure, frame) in zip(st.columns(len(shown), gap="medium"), shown.items(), strict=True):
        column.html(f'<p class="mc-heading">{TITLES[figure]}</p>')
        column.altair_chart(_chart(frame), key=f"training_{figure}")


def _part(table: pd.DataFrame, epochs: pd.Series, figure: str, what: str) -> pd.DataFrame:
    if figure not in table:
        return pd.DataFrame({"epoch": [], "value": [], "what": []}, dtype=object)
    return pd.DataFrame({"epoch": epochs, "value": table[figure], "what": what})


def _chart(frame: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart(frame, height=220).encode(
        x=alt.X("epoch:Q", title="Epoch", axis=alt.Axis(grid=False, tickMinStep=1, format="d")),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
        color=alt.Color("what:N", scale=alt.Scale(domain=list(LOOKS), range=list(LOOKS.values())), legend=None),
        tooltip=[
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("epoch:Q", title="Epoch", format=".2f"),
            alt.Tooltip("value:Q", title="Value", format=".3f"),
        ],
    )
    checked = base.transform_filter(alt.datum.what == CHECKED)
    return base.mark_line(strokeWidth=2) + checked.mark_point(filled=True, size=45, opacity=1)


def _show_legend() -> None:
    entries = "".join(
        '<span style="display: inline-flex; align-items: center; gap: 0.4rem">'
        f'<span style="width: 18px; height: 3px; background: {color}"></span>{what}</span>'
        for what, color in LOOKS.items()
    )
    st.html(f'<p class="mc-sentence" style="gap: 0.4rem 1.2rem; font-size: 0.9rem; font-weight: 400">{entries}</p>')
