"""Statistics of a set as charts that answer to the pointer, and the frames behind them."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from maskcore.styles import LABEL_STYLES

NO_LABEL = "No label"
LOOKS = {key: f"{style.symbol} {style.text}" for key, style in LABEL_STYLES.items() if key != "uncertain"}
COLORS = {LOOKS[key]: LABEL_STYLES[key].color_hex for key in LOOKS} | {NO_LABEL: LABEL_STYLES["uncertain"].color_hex}
PLAIN_HEX = "#6f7b8a"  # what is not of one label; seen on light and dark
MAP_HEX = "#1f8f83"  # the more faces the fuller, on light and on dark
CELLS = 24  # of the map, along each side
HEIGHT_PX = 200


def bins_frame(values: ArrayLike, labels: Sequence[str | None], edges: NDArray[np.float64]) -> pd.DataFrame:
    """How many values of each label lie between edges; what lies outside counts in the first or last.

    Args:
        values: (N,) numbers; NaN is passed over.
        labels: (N,) label of each, None where it has none.
        edges: (M + 1,) rising.
    Returns:
        One row a bin and label that is not empty: low, high, look (as in COLORS), count, bottom and top (stacked).
    """
    values = np.asarray(values, float)
    looks = pd.Series(list(labels), dtype=object).map(LOOKS).fillna(NO_LABEL).to_numpy(object)
    there = ~np.isnan(values)
    clipped = np.clip(values[there], edges[0], np.nextafter(edges[-1], -np.inf))
    place = np.searchsorted(edges, clipped, "right") - 1
    counts = pd.DataFrame({"place": place, "look": looks[there]}).value_counts().rename("count").reset_index()
    counts["order"] = counts["look"].map(list(COLORS).index)
    counts = counts.sort_values(["place", "order"], ignore_index=True)
    counts["top"] = counts.groupby("place")["count"].cumsum()
    counts["bottom"] = counts["top"] - counts["count"]
    return counts.assign(low=edges[counts["place"]], high=edges[counts["place"] + 1])


def map_frame(faces: pd.DataFrame) -> pd.DataFrame:
    """Where the middles of faces lie: left, right, top, bottom (0 to 1) and count, of cells that are not empty."""
    counts, _, _ = np.histogram2d(faces["y"], faces["x"], bins=CELLS, range=[[0, 1], [0, 1]])
    down, across = np.nonzero(counts)
    sides = {"left": across / CELLS, "right": (across + 1) / CELLS, "top": down / CELLS, "bottom": (down + 1) / CELLS}
    return pd.DataFrame(sides | {"count": counts[down, across].astype(int)})


def edges_of(values: pd.Series, count: int = 24, *, log: bool = False) -> NDArray[np.float64]:
    """Edges of equal steps, or of equal ratios, from the 0.5th to the 99.5th percentile."""
    known = values.dropna()
    low, high = np.percentile(known, [0.5, 99.5]) if len(known) else (0.0, 1.0)
    if log:
        low = max(low, 1e-6)
        return np.geomspace(low, max(high, low * 2), count + 1)
    return np.linspace(low, max(high, low + 1e-6), count + 1)


def show_bins(
    faces: pd.DataFrame, column: str, title: str, *, words: str, log: bool = False, rule: float | None = None
) -> None:
    """Faces by a figure, stacked by label.

    Args:
        faces: With the columns label and `column`.
        column: Which figure.
        title: What stands above.
        words: What the axis says.
        log: Whether equal steps are equal ratios.
        rule: A value to draw a line at.
    """
    st.html(f'<p class="mc-heading">{title}</p>')
    frame = bins_frame(faces[column], faces["label"].tolist(), edges_of(faces[column], log=log))
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=False, nice=False)
    base = alt.Chart(frame, height=HEIGHT_PX)
    bars = base.mark_rect().encode(
        x=alt.X("low:Q", title=words, scale=scale, axis=alt.Axis(grid=False, labelOverlap=True, tickCount=8)),
        x2="high:Q", y=alt.Y("bottom:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1)), y2="top:Q",
        color=_look_color(),
        tooltip=[
            alt.Tooltip("look:N", title="Worn"), alt.Tooltip("count:Q", title="Faces", format=",d"),
            alt.Tooltip("low:Q", title="From", format=".3~g"), alt.Tooltip("high:Q", title="To", format=".3~g"),
        ],
    )  # fmt: skip
    layers = [bars]
    if rule is not None:
        line = alt.Chart(pd.DataFrame({"at": [rule]})).mark_rule(color=PLAIN_HEX, strokeDash=[5, 3], strokeWidth=2)
        layers.append(line.encode(x=alt.X("at:Q", scale=scale), tooltip=alt.value("Below this the model is unsure")))
    st.altair_chart(alt.layer(*layers), key=f"data_bins_{column}")


def show_counts(values: pd.Series, title: str, *, words: str, key: str, most: int = 20) -> None:
    """How often each whole number comes; those beyond `most` are put together."""
    st.html(f'<p class="mc-heading">{title}</p>')
    counts = values.clip(upper=most).astype(int).value_counts().rename("count").rename_axis("value").reset_index()
    counts["name"] = counts["value"].map(lambda value: f"{value} or more" if value == most else str(value))
    chart = (
        alt.Chart(counts.sort_values("value"), height=HEIGHT_PX)
        .mark_bar(color=PLAIN_HEX)
        .encode(
            x=alt.X("name:N", title=words, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1)),
            tooltip=[alt.Tooltip("name:N", title=words), alt.Tooltip("count:Q", title="Pictures", format=",d")],
        )
    )
    st.altair_chart(chart, key=f"data_counts_{key}")


def show_map(faces: pd.DataFrame) -> None:
    """Where faces lie in their pictures."""
    st.html('<p class="mc-heading">Where faces lie in the picture</p>')
    unit = alt.Scale(domain=[0, 1])
    down = alt.Scale(domain=[1, 0])
    hidden = alt.Axis(labels=False, ticks=False, grid=False)
    chart = (
        alt.Chart(map_frame(faces), height=HEIGHT_PX + 40)
        .mark_rect(color=MAP_HEX)
        .encode(
            x=alt.X("left:Q", title="left to right", scale=unit, axis=hidden),
            x2="right:Q",
            y=alt.Y("top:Q", title="bottom to top", scale=down, axis=hidden),
            y2="bottom:Q",
            opacity=alt.Opacity("count:Q", scale=alt.Scale(range=[0.12, 1]), legend=None),
            tooltip=[alt.Tooltip("count:Q", title="Faces", format=",d")],
        )
    )
    st.altair_chart(chart, key="data_map")


def show_resolutions(pictures: pd.DataFrame) -> None:
    """Widths and heights of pictures, a disc for each."""
    st.html('<p class="mc-heading">Size of the pictures</p>')
    sizes = pictures.groupby(["width", "height"]).size().rename("count").reset_index()
    sizes["words"] = sizes["width"].map("{:.0f} × ".format) + sizes["height"].map("{:.0f} px".format)
    whole = alt.Scale(domain=[0, 1.1 * sizes[["width", "height"]].max(axis=None)])  # room for the outermost discs
    chart = (
        alt.Chart(sizes.nlargest(1000, "count"), height=HEIGHT_PX + 40)
        .mark_circle(color=PLAIN_HEX, opacity=0.6)
        .encode(
            x=alt.X("width:Q", title="width, px", scale=whole),
            y=alt.Y("height:Q", title="height, px", scale=whole),
            size=alt.Size("count:Q", legend=None, scale=alt.Scale(range=[20, 500])),
            tooltip=[alt.Tooltip("words:N", title="Size"), alt.Tooltip("count:Q", title="Pictures", format=",d")],
        )
    )
    st.altair_chart(chart, key="data_resolutions")


def _look_color() -> alt.Color:
    return alt.Color("look:N", scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())), legend=None)
