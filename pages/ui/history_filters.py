"""What a visitor of the History page looks at; kept in the page's address, so that a link shows the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from maskcore.events.chosen import Chosen
from maskcore.events.queries import Every
from maskcore.styles import LABEL_STYLES
from pages.ui.history_range import DAYS, WEEK, Period, Span, fit_every, last_days, own_days, visitor_zone

HIDDEN = "collapsed"  # each box says by itself what it is
KEPT = {"bind": "query-params", "persist_state": "session"}  # in the address, and in the visit
AUTOMATIC = "Automatic"
SLOTS = {AUTOMATIC: None, "Minutes": Every.MINUTE, "Hours": Every.HOUR, "Days": Every.DAY}
WORDS = {Every.MINUTE: "minute", Every.HOUR: "hour", Every.DAY: "day"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at.

    Attributes:
        period: Which days.
        chosen: Which people and alerts.
    """

    period: Period
    chosen: Chosen

    @property
    def before(self) -> Chosen:
        """The same people of the period to compare with."""
        period = self.period.before()
        return replace(self.chosen, begin=period.begin, end=period.end)


def choose_looked(cameras: list[str], zones: list[str]) -> Looked:
    """Ask for time, cameras, areas and labels; the names are those to choose from."""
    period = _choose_period()
    left, middle, right = st.columns(3)
    look = {"label_visibility": HIDDEN} | KEPT
    camera = left.multiselect("Camera", cameras, placeholder="All cameras", key="camera", **look)
    zone = middle.multiselect("Area", zones, placeholder="All areas", key="area", format_func=zone_text, **look)
    label = right.multiselect(
        "Worn", LABEL_STYLES, placeholder="Masked or not", key="worn",
        format_func=lambda key: LABEL_STYLES[key].text, **look,
    )  # fmt: skip
    return Looked(
        period,
        Chosen(begin=period.begin, end=period.end, cameras=tuple(camera), zones=tuple(zone), labels=tuple(label)),
    )


def choose_every(days: int) -> Every:
    """Ask how finely to draw a chart of some days."""
    wanted = st.segmented_control(
        "Drawn by", SLOTS, default=AUTOMATIC, required=True, key="by", label_visibility=HIDDEN, **KEPT
    )
    every = fit_every(SLOTS[wanted], days)
    if SLOTS[wanted] not in (None, every):
        st.html(
            f'<p class="mc-note">{wanted} would be too many for {days} days, so it is drawn by {WORDS[every]}. '
            "Choose a shorter time to see more.</p>"
        )
    return every


def zone_text(name: str) -> str:
    """An area's name for people; the history keeps an empty one outside of all areas."""
    return name or "Outside of areas"


def _choose_period() -> Period:
    now = datetime.now(visitor_zone())
    span = Span(
        st.segmented_control(
            "Time", [span.value for span in Span], default=Span.WEEK.value, required=True, key="time",
            label_visibility=HIDDEN, **KEPT,
        )
    )  # fmt: skip
    if span in DAYS:
        return last_days(DAYS[span], now=now)
    week = last_days(WEEK, now=now)
    days = st.date_input(
        "First and last day", (week.begin.date(), now.date()), max_value=now.date(), key="days", **KEPT
    )
    return own_days(days[0], days[-1], now=now) if days else week
