"""What happened in a film, as charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from maskcore.data_urls import data_url
from maskcore.styles import LABEL_STYLES, UNCERTAIN_TEXTS
from maskcore.types import Summary, Uncertain
from pages.ui.faces import symbol_html

MOST_POINTS = 400  # of a chart; longer films are summed up
MOST_ROWS = 300  # of the table with pictures; the CSV holds everybody
CSV_COLUMNS = ["person", "label", "uncertain", "confidence", "first_s", "last_s"]
_CLOCK = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + floor(datum.value % 60)"
_MARGIN = 36  # pixels left of both charts, so that one second stands above the other
_LOOKS = {key: f"{style.symbol} {style.text}" for key, style in LABEL_STYLES.items()}


def summary_of(story: Mapping[str, Any]) -> Summary:
    """People by label."""
    counts = dict(story["summary"])
    return Summary(counts.pop("people"), **counts)


def clock(seconds: float) -> str:
    """A time in a film: 75.26 is "1:15.3"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def timeline_frame(timeline: Sequence[Mapping[str, int]]) -> pd.DataFrame:
    """One row a point of the charts: at_s, people by look, and masked, the percentage of those who can be told.

    Films of more than MOST_POINTS seconds show the fullest second of every few.
    """
    rows = pd.DataFrame(timeline, columns=["at_s", "people", *LABEL_STYLES])
    step = -(-len(rows) // MOST_POINTS)
    if step > 1:
        rows = rows.loc[rows.groupby(rows["at_s"] // step)["people"].idxmax()].assign(
            at_s=lambda t: t["at_s"] // step * step
        )
    # the last second is a stretch like the others, so it needs an end
    rows = pd.concat([rows, rows.tail(1).assign(at_s=lambda last: last["at_s"] + max(step, 1))], ignore_index=True)
    told = rows["people"] - rows["uncertain"]
    return rows.assign(masked=(100 * rows["mask"] / told).where(told > 0))


def show_timeline(story: Mapping[str, Any]) -> None:
    """People in the picture by look, and the share of masks, over the time of the film."""
    frame = timeline_frame(story["timeline"])
    time = alt.X(
        "at_s:Q", title=None, axis=alt.Axis(labelExpr=_CLOCK, tickMinStep=1, grid=False), scale=alt.Scale(nice=False)
    )
    st.html(f'<p class="mc-heading">People in the picture</p>{_legend()}')
    st.altair_chart(_people_chart(frame, time), key="film_people")
    st.html('<p class="mc-heading">With a mask, of those who can be told, in percent</p>')
    st.altair_chart(_share_chart(frame, time), key="film_share")


def show_people(story: Mapping[str, Any], portraits: Path) -> None:
    """Everybody with a small picture."""
    people = story["people"]
    rows = [_row(person, portraits) for person in people[:MOST_ROWS]]
    percent = st.column_config.NumberColumn(
        format="%.1f%%", width="small", help="Share of the frames' votes that say so"
    )
    number = st.column_config.NumberColumn(width=48)
    st.dataframe(
        pd.DataFrame(rows, columns=["Picture", "#", "Worn", "Certain", "First seen", "Last seen"]),
        hide_index=True, row_height=64, key="film_table",
        column_config={"Picture": st.column_config.ImageColumn(width="small"), "#": number, "Certain": percent},
    )  # fmt: skip
    if len(people) > MOST_ROWS:
        st.html(f'<p class="mc-note">The first {MOST_ROWS} of {len(people)} people; the CSV holds everybody.</p>')


def people_csv(story: Mapping[str, Any]) -> bytes:
    """One row a person; the byte order mark lets spreadsheets read it as UTF-8."""
    return pd.DataFrame(story["people"], columns=CSV_COLUMNS).to_csv(index=False).encode("utf-8-sig")


def _legend() -> str:
    """The looks beside their symbols: unlike the chart's own legend it wraps on a phone."""
    looks = (f"<span>{symbol_html(style)} {escape(style.text)}</span>" for style in LABEL_STYLES.values())
    return (
        f'<p style="display:flex; flex-wrap:wrap; gap:4px 16px; margin:8px 0 0; font-size:0.9rem">{"".join(looks)}</p>'
    )


def _people_chart(frame: pd.DataFrame, time: alt.X) -> alt.Chart:
    long = frame.melt("at_s", list(LABEL_STYLES), "look", "count").assign(look=lambda t: t["look"].map(_LOOKS))
    colors = alt.Scale(domain=list(_LOOKS.values()), range=[style.color_hex for style in LABEL_STYLES.values()])
    return (
        alt.Chart(long, height=200)
        .mark_area(interpolate="step-after")
        .encode(
            x=time,
            y=alt.Y(
                "count:Q",
                title=None,
                stack="zero",
                axis=alt.Axis(tickMinStep=1, format="d", minExtent=_MARGIN, maxExtent=_MARGIN),
            ),
            color=alt.Color("look:N", scale=colors, legend=None),
            order=alt.Order("index:Q"),
            tooltip=[
                alt.Tooltip("at_s:Q", title="Second"),
                alt.Tooltip("look:N", title="Worn"),
                alt.Tooltip("count:Q", title="People"),
            ],
        )
        .transform_calculate(index=f"indexof({list(_LOOKS.values())!r}, datum.look)")
    )


def _share_chart(frame: pd.DataFrame, time: alt.X) -> alt.Chart:
    look = LABEL_STYLES["mask"].color_hex
    return (
        alt.Chart(frame, height=120)
        .mark_area(interpolate="step-after", color=look, opacity=0.3, line={"color": look, "strokeWidth": 2})
        .encode(
            x=time,
            y=alt.Y(
                "masked:Q",
                title=None,
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(values=[0, 50, 100], minExtent=_MARGIN, maxExtent=_MARGIN),
            ),
            tooltip=[alt.Tooltip("at_s:Q", title="Second"), alt.Tooltip("masked:Q", title="Percent", format=".0f")],
        )
    )


def _row(person: Mapping[str, Any], portraits: Path) -> list[object]:
    reason = person["uncertain"]
    why = f": {UNCERTAIN_TEXTS[Uncertain(reason)]}" if reason else ""
    worn = _LOOKS["uncertain" if reason else person["label"]] + why
    path = portraits / f"{person['person']}.jpg"
    picture = data_url(path.read_bytes()) if path.exists() else None
    times = [clock(person["first_s"]), clock(person["last_s"])]
    return [picture, person["person"], worn, 100 * person["confidence"], *times]
