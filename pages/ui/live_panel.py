"""What live video says: how it stands, who is in the picture, who came by, which alerts fired."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from maskcore.styles import percent
from maskcore.tracking.zones import Way
from maskcore.video.told import LiveStats, PastAlert
from pages.ui.faces import show_counts
from pages.ui.notices import Notice
from pages.ui.trouble import show_error

FRESH_S = 15.0  # an alert stands above everything for so long


def show_notice(notice: Notice) -> None:
    """How the connection stands."""
    show_state(notice.tone, notice.title, notice.advice)


def show_state(tone: str, title: str, advice: str) -> None:
    """A state in a few words and what to do about it; tones are idle, wait, good and bad."""
    st.html(
        f'<p class="mc-state" role="status" data-tone="{tone}"><i></i><span><strong>{escape(title)}'
        f"</strong>{escape(advice)}</span></p>"
    )


def show_stats(stats: LiveStats) -> None:
    """Counts and figures of the newest seconds."""
    if stats.trouble is not None:
        show_error(stats.trouble)
    _heading("In the picture")
    show_counts(stats.summary)
    seen = stats.summary is not None
    _heading("Since the start, everybody once")
    people = stats.people
    rows = {
        "People": f"{people.faces}",
        "With a mask": _share(people.mask, people.faces),
        "Without": _share(people.no_mask, people.faces),
        "Worn wrong": _share(people.incorrect, people.faces),
    }
    for name, counts in (stats.crossings or {}).items():
        rows[f"Crossed {name}"] = f"{counts.get(Way.IN, 0)} in, {counts.get(Way.OUT, 0)} out"
    _facts(rows if seen or people.faces else dict.fromkeys(rows, "–"))
    _heading("Speed")
    _facts(
        {
            "Frames a second": f"{stats.pace.frames_per_s:.1f}" if seen else "–",
            "Time for a frame": f"{stats.pace.latency_ms:.0f} ms" if seen else "–",
            "Frames passed over": f"{stats.dropped}" if seen else "–",
            "Camera picture": f"{stats.size[0]} × {stats.size[1]}" if stats.size else "–",
        }
    )


def show_newest_alert(alerts: tuple[PastAlert, ...]) -> None:
    """The newest alert while it is fresh."""
    if alerts and (datetime.now(UTC) - alerts[0].at).total_seconds() <= FRESH_S:
        at = alerts[0].at.astimezone()
        st.html(
            f'<p class="mc-state mc-alert" role="alert" data-tone="bad"><i></i><span><strong>'
            f"{escape(alerts[0].alert.message)}</strong>{at:%H:%M:%S}</span></p>"
        )


def show_alerts(alerts: tuple[PastAlert, ...]) -> None:
    """All alerts that are kept in memory, with a picture of the newest."""
    if not alerts:
        return
    with st.expander(f"Alerts ({len(alerts)})"):
        newest = alerts[0]
        st.image(newest.picture_jpeg, caption=f"{newest.at.astimezone():%H:%M:%S} {newest.alert.message}")
        for past in alerts[1:]:
            st.html(f'<p class="mc-note">{past.at.astimezone():%H:%M:%S} {escape(past.alert.message)}</p>')


def _share(count: int, people: int) -> str:
    return f"{count} ({percent(count / people)})" if people else f"{count}"


def _heading(text: str) -> None:
    st.html(f'<p class="mc-heading">{text}</p>')


def _facts(rows: dict[str, str]) -> None:
    parts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    st.html(f'<dl class="mc-facts">{parts}</dl>')
