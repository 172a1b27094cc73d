"""People and masks over time, by camera and by area, as charts that anyone can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

from maskcore.events.chosen import Chosen
from maskcore.events.queries import Every, Slot, masked_share
from maskcore.styles import INK_HEX, LABEL_STYLES
from maskcore.types import Summary
from pages.ui.faces import symbol_html

LOOKS = {key: f"{style.symbol} {style.text}" for key, style in LABEL_STYLES.items()}
FREQUENCIES = {Every.MINUTE: "min", Every.HOUR: "h", Every.DAY: "D"}
MOST_MARKED_BARS = 31  # more are too narrow for a symbol
LEAST_MARKED_SHARE = 0.08  # of the longest bar; what is shorter has no room for a symbol
ROW_PX = 34
_MIDNIGHT_OR_CLOCK = "hours(datum.value) + minutes(datum.value) ? timeFormat(datum.value, '%H:%M') : "
_MIDNIGHT_OR_CLOCK += "timeFormat(datum.value, '%d %b')"


def slots_frame(slots: Sequence[Slot], chosen: Chosen, every: Every) -> pd.DataFrame:
    """One row a slot of the time chosen, those without people too.

    Args:
        slots: What was counted, in the time zone of `chosen`.
        chosen: Which time.
        every: The length of a slot.
    Returns:
        Columns begin, middle and end, times with a zone; when, the same in words; faces, mask, no_mask, incorrect and
        uncertain, counts of people; masked, the percentage of those who could be told, NaN where nobody could.
    """
    frequency = FREQUENCIES[every]
    rows = [{"begin": slot.begin, "masked": _percent(slot.counts)} | slot.counts.to_dict() for slot in slots]
    counted = pd.DataFrame(rows, columns=["begin", "masked", "faces", *LABEL_STYLES])
    every_begin = pd.date_range(chosen.begin, chosen.end, freq=frequency, inclusive="left", unit="us")
    begins = every_begin.union(pd.DatetimeIndex(counted["begin"], tz=chosen.begin.tzinfo).as_unit("us"))
    frame = counted.set_index(begins[begins.get_indexer(counted["begin"])]).drop(columns="begin").reindex(begins)
    frame = frame.fillna({name: 0 for name in ("faces", *LABEL_STYLES)}).rename_axis("begin").reset_index()
    ends = frame["begin"] + pd.tseries.frequencies.to_offset(frequency)
    middle = frame["begin"] + (ends - frame["begin"]) / 2
    return frame.assign(middle=middle, end=ends, when=_when(frame["begin"], ends, every))


def places_frame(counts: Mapping[str, Summary], name: Callable[[str], str] = str) -> pd.DataFrame:
    """One row a camera or area, most people first: place, faces, masked in percent, and people by label."""
    rows = [{"place": name(key), "masked": _percent(each)} | each.to_dict() for key, each in counts.items()]
    frame = pd.DataFrame(rows, columns=["place", "faces", "masked", *LABEL_STYLES])
    return frame.sort_values("faces", ascending=False, kind="stable", ignore_index=True)


def parts_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a part of a stacked bar, empty ones left out: look, count, low, high, center, and the symbol to draw.

    The symbol is empty where a part has no room for it.
    """
    tops = frame[list(LABEL_STYLES)].cumsum(axis=1)
    parts = [
        frame.assign(look=LOOKS[key], count=frame[key], low=tops[key] - frame[key], high=tops[key], symbol=style.symbol)
        for key, style in LABEL_STYLES.items()
    ]
    long = pd.concat(parts, ignore_index=True).query("count > 0")
    long["center"] = (long["low"] + long["high"]) / 2
    roomy = (long["count"] >= LEAST_MARKED_SHARE * frame["faces"].max()) & (len(frame) <= MOST_MARKED_BARS)
    return long.assign(symbol=long["symbol"].where(roomy, ""))


def show_over_time(frame: pd.DataFrame) -> None:
    """The share of masks and the people by label, over time."""
    st.html('<p class="mc-heading">With a mask, of those who could be told, in percent</p>')
    st.altair_chart(_share_chart(frame), key="history_share")
    st.html('<p class="mc-heading">People</p>')
    _show_legend()
    st.altair_chart(_people_chart(frame), key="history_people")


def show_places(frame: pd.DataFrame, *, title: str, key: str) -> None:
    """Bars by camera or area, with a table beside."""
    st.html(f'<p class="mc-heading">By {title.lower()}</p>')
    left, right = st.columns([1, 2], gap="medium")
    left.altair_chart(_places_chart(frame), key=f"{key}_chart")
    percent = st.column_config.NumberColumn(format="%.1f%%", help="Of those who could be told")
    columns = {"place": title, "faces": "People", "masked": "Masked"} | LOOKS
    right.dataframe(
        frame[list(columns)].rename(columns=columns), hide_index=True, key=f"{key}_table",
        column_config={"Masked": percent},
    )  # fmt: skip


def _show_legend() -> None:
    entries = [f"{symbol_html(style)}<span>{escape(style.text)}</span>" for style in LABEL_STYLES.values()]
    grouped = "".join(f'<span style="display: inline-flex; gap: 0.4rem">{entry}</span>' for entry in entries)
    st.html(f'<p class="mc-sentence" style="gap: 0.4rem 1.2rem; font-size: 0.9rem; font-weight: 400">{grouped}</p>')


def _percent(counts: Summary) -> float:
    masked = masked_share(counts)
    return float("nan") if masked is None else 100 * masked


def _when(begins: pd.Series, ends: pd.Series, every: Every) -> pd.Series:
    if every is Every.DAY:
        return begins.dt.strftime("%a %d %B %Y")
    return begins.dt.strftime("%a %d %B, %H:%M to ") + ends.dt.strftime("%H:%M")


def _time(field: str, frame: pd.DataFrame) -> alt.X:
    # moments, for the chart's clock is the browser's; as an expression, for Vega-Lite would read numbers as years
    begin_ms, end_ms = (1000 * moment.timestamp() for moment in (frame["begin"].iloc[0], frame["end"].iloc[-1]))
    scale = alt.Scale(domain=alt.ExprRef(f"[{begin_ms:.0f}, {end_ms:.0f}]"))
    axis = alt.Axis(labelExpr=_MIDNIGHT_OR_CLOCK, grid=False, labelOverlap=True)
    return alt.X(f"{field}:T", title=None, axis=axis, scale=scale)


def _tooltip(head: str, title: str) -> list[alt.Tooltip]:
    counts = [alt.Tooltip(f"{key}:Q", title=text, format=",d") for key, text in LOOKS.items()]
    return [
        alt.Tooltip(f"{head}:N", title=title),
        alt.Tooltip("masked:Q", title="With a mask, percent", format=".0f"),
        alt.Tooltip("faces:Q", title="People", format=",d"),
        *counts,
    ]


def _look_color() -> alt.Color:
    colors = alt.Scale(domain=list(LOOKS.values()), range=[style.color_hex for style in LABEL_STYLES.values()])
    return alt.Color("look:N", scale=colors, legend=None)


def _share_chart(frame: pd.DataFrame) -> alt.Chart:
    color = LABEL_STYLES["mask"].color_hex
    return (
        alt.Chart(frame, height=150)
        .mark_line(color=color, strokeWidth=2, point=alt.OverlayMarkDef(color=color, size=28))
        .encode(
            x=_time("middle", frame),
            y=alt.Y("masked:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(values=[0, 50, 100])),
            tooltip=_tooltip("when", "When"),
        )
    )


def _people_chart(frame: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart(parts_frame(frame), height=240)
    counts = alt.Axis(tickMinStep=1, format=",d")
    bars = base.mark_rect().encode(
        x=_time("begin", frame), x2="end:T", y=alt.Y("low:Q", title=None, axis=counts), y2="high:Q",
        color=_look_color(), tooltip=_tooltip("when", "When"),
    )  # fmt: skip
    return bars + _symbols(base).encode(x="middle:T", y="center:Q")


def _places_chart(frame: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart(parts_frame(frame), height=ROW_PX * len(frame) + 40)
    place = alt.Y("place:N", title=None, sort=list(frame["place"]), axis=alt.Axis(labelLimit=140))
    bars = base.mark_bar().encode(
        y=place, x=alt.X("low:Q", title=None, axis=alt.Axis(tickMinStep=1, format=",d")), x2="high:Q",
        color=_look_color(), tooltip=_tooltip("place", "Where"),
    )  # fmt: skip
    return bars + _symbols(base).encode(y=place, x="center:Q")


def _symbols(base: alt.Chart) -> alt.Chart:
    return base.mark_text(color=INK_HEX, fontSize=11, fontWeight="bold", tooltip=None).encode(text="symbol:N")
