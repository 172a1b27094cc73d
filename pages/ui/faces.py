"""Faces in words, tiles and tables."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pandas as pd
import streamlit as st

from maskcore.styles import INK_HEX, LABEL_STYLES, UNCERTAIN_TEXTS, LabelStyle, percent, style_key
from maskcore.types import Face, FrameResult, Label, Summary

SUREST = 99.9  # percent; with a digit after the point, what is surer would read as 100%


def faces_sentence(result: FrameResult) -> str:
    """What was seen in one short sentence, such as "1 face: mask 97%" or "3 faces: 2 mask, 1 no mask"."""
    if not result.faces:
        return "No face found"
    if len(result.faces) == 1:
        return f"1 face: {_face_words(result.faces[0])}"
    counts = result.summary.to_dict()
    parts = [f"{counts[key]} {_lower(style.text)}" for key, style in LABEL_STYLES.items() if counts[key]]
    return f"{len(result.faces)} faces: {', '.join(parts)}"


def faces_frame(result: FrameResult) -> pd.DataFrame:
    """One row a face, largest first, as the page shows it; probabilities from 0 to 99.9."""
    rows = [_row(number, face) for number, face in enumerate(result.faces, 1)]
    return pd.DataFrame(rows, columns=["#", "Worn", *_probability_columns().values(), "Face", "Left", "Top", "Size"])


def show_faces(result: FrameResult, *, key: str) -> None:
    """The table of faces."""
    bars = {
        name: st.column_config.ProgressColumn(name, format="%.1f%%", min_value=0, max_value=100)
        for name in _probability_columns().values()
    }
    certain = st.column_config.NumberColumn("Face", format="%.1f%%", help="How certain it is that this is a face")
    st.dataframe(faces_frame(result), hide_index=True, key=key, column_config=bars | {"Face": certain})


def show_counts(summary: Summary | None) -> None:
    """One tile a label with its count; None shows that nothing was looked at."""
    counts = summary.to_dict() if summary else {}
    tiles = "".join(_tile(style, counts.get(key, "–")) for key, style in LABEL_STYLES.items())
    st.html(f'<div class="mc-tiles">{tiles}</div>')


def add_up(summaries: Iterable[Summary]) -> Summary:
    """The counts of several pictures together."""
    counts = [summary.to_dict() for summary in summaries]
    return Summary(**{name: sum(each[name] for each in counts) for name in Summary().to_dict()})


def show_sentence(result: FrameResult) -> None:
    """The sentence of `faces_sentence` beside the symbols of what was seen."""
    counts = result.summary.to_dict()
    symbols = "".join(symbol_html(style) for key, style in LABEL_STYLES.items() if counts[key])
    st.html(f'<p class="mc-sentence" role="status">{symbols}<span>{escape(faces_sentence(result))}</span></p>')


def symbol_html(style: LabelStyle) -> str:
    """A label's symbol on its colour."""
    look = f"background:{style.color_hex};color:{INK_HEX}"
    return f'<span class="mc-symbol" style="{look}" aria-hidden="true">{escape(style.symbol)}</span>'


def _tile(style: LabelStyle, count: int | str) -> str:
    head = f"{symbol_html(style)}<span>{escape(style.text)}</span>"
    return f'<div class="mc-tile" style="--look:{style.color_hex}"><div>{head}</div><strong>{count}</strong></div>'


def _probability_columns() -> dict[Label, str]:
    return {label: LABEL_STYLES[label.value].text for label in Label}


def _row(number: int, face: Face) -> list[object]:
    style = LABEL_STYLES[style_key(face)]
    why = f": {UNCERTAIN_TEXTS[face.uncertain]}" if face.uncertain else ""
    x1, y1, x2, y2 = face.box
    *shares, score = (min(100 * share, SUREST) for share in (*map(face.probabilities.__getitem__, Label), face.score))
    size = f"{x2 - x1:.0f} × {y2 - y1:.0f} px"
    return [number, f"{style.symbol} {style.text}{why}", *shares, score, round(x1), round(y1), size]


def _face_words(face: Face) -> str:
    words = _lower(LABEL_STYLES[style_key(face)].text)
    if face.uncertain:
        return f"{words} ({UNCERTAIN_TEXTS[face.uncertain]})"
    return f"{words} {percent(face.probabilities[face.label])}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
