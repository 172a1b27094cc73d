"""The big figures of the History page, each beside that of an earlier time."""

from __future__ import annotations

from html import escape

import streamlit as st

from maskcore.styles import LABEL_STYLES, LabelStyle, percent
from maskcore.types import Summary
from pages.ui.faces import symbol_html

PEOPLE = LabelStyle("#98A1AD", "People", "#")
UP, DOWN, LEVEL = "▲", "▼", "="


def share(counts: Summary, look: str) -> float | None:
    """Share of a label, 0 to 1, among those who could be told, and of those who could not among all; None of nobody."""
    of = counts.faces if look == "uncertain" else counts.faces - counts.uncertain
    return getattr(counts, look) / of if of else None


def people_change(now: int, before: int, against: str) -> str:
    """How a count changed, such as "▲ 12 more than the week before"."""
    if now == before:
        return f"{LEVEL} as many as {against}"
    arrow, word = (UP, "more") if now > before else (DOWN, "fewer")
    return f"{arrow} {abs(now - before):,} {word} than {against}"


def share_change(now: float | None, before: float | None, against: str) -> str:
    """How a share changed, in points of a hundred, such as "▲ +4 points against the week before"."""
    if now is None:
        return ""
    if before is None:
        return f"nobody to compare with {against}"
    points = round(100 * now) - round(100 * before)  # of the figures that are shown, so that a reader can check
    if not points:
        return f"{LEVEL} the same as {against}"
    arrow, sign = (UP, "+") if points > 0 else (DOWN, "\N{MINUS SIGN}")
    return f"{arrow} {sign}{abs(points)} {'point' if abs(points) == 1 else 'points'} against {against}"


def show_figures(now: Summary, before: Summary, against: str) -> None:
    """One tile for the people and one for each label."""
    tiles = [_tile(PEOPLE, f"{now.faces:,}", "", people_change(now.faces, before.faces, against))]
    for look, style in LABEL_STYLES.items():
        value = share(now, look)
        shown = "–" if value is None else percent(value)
        tiles.append(_tile(style, shown, f"{getattr(now, look):,}", share_change(value, share(before, look), against)))
    st.html(f'<div class="mc-tiles">{"".join(tiles)}</div>')
    st.html(
        '<p class="mc-note">Mask, no mask and worn wrong are shares of those who could be told; can\'t tell is a share '
        "of everybody.</p>"
    )


def _tile(style: LabelStyle, value: str, count: str, change: str) -> str:
    head = f"{symbol_html(style)}<span>{escape(style.text)}</span>"
    people = f' <small class="mc-note">{count}</small>' if count else ""
    return (
        f'<div class="mc-tile" style="--look:{style.color_hex}"><div>{head}</div><strong>{value}{people}</strong>'
        f'<p class="mc-note">{escape(change)}</p></div>'
    )
