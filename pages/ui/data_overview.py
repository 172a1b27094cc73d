"""What was recognised: counts, terms, first pictures, what the names mean, and what was wrong with the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from maskcore.styles import LABEL_STYLES, LabelStyle
from maskcore.types import Label
from pages.ui.data_gallery import show_pictures
from pages.ui.data_opened import Opened
from pages.ui.data_sets import memory
from pages.ui.faces import symbol_html
from pages.ui.trouble import show_error
from training.data.labels import LABELS
from training.data.names import is_face
from training.data.notes import Notes, change_notes
from training.data.table import Problem
from training.errors import DataError

FIRST = 8  # pictures shown at once
NO_FACE = "No face: leave out"
AS_READ = "As the set says"  # a name whose label depends on other boxes
MEANINGS = {LABEL_STYLES[label.value].text: label for label in Label}
PLAIN = LabelStyle("#98A1AD", "Pictures", "▣")
FACES = LabelStyle("#98A1AD", "Faces", "#")


def show_overview(opened: Opened) -> None:
    """The first look at a set."""
    show_pictures(opened, first_pictures(opened), key="first")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_names(opened)
    with right:
        _show_terms(opened)
    show_problems(opened, limit=5)


def first_pictures(opened: Opened) -> list[str]:
    """Paths of a few pictures, in the set's own order: the table has mended ones at its end."""
    images = opened.published.table["image"].drop_duplicates()
    return images[images.isin(opened.found.table["image"])].head(FIRST).tolist()


def show_tiles(opened: Opened) -> None:
    """How many pictures and faces there are, and how many of each label."""
    faces = opened.found.table.dropna(subset="x1")["label"].fillna("uncertain")
    counts = faces.value_counts()
    tiles = [_tile(PLAIN, opened.found.table["image"].nunique()), _tile(FACES, len(faces))]
    tiles += [_tile(LABEL_STYLES[label.value], int(counts.get(label.value, 0))) for label in Label]
    if "uncertain" in counts:
        tiles.append(_tile(replace(LABEL_STYLES["uncertain"], text="No label"), int(counts["uncertain"])))
    st.html(f'<div class="mc-tiles">{"".join(tiles)}</div>')


def _tile(style: LabelStyle, count: int) -> str:
    head = f"{symbol_html(style)}<span>{escape(style.text)}</span>"
    return f'<div class="mc-tile" style="--look:{style.color_hex}"><div>{head}</div><strong>{count:,}</strong></div>'


def show_problems(opened: Opened, *, limit: int | None = None) -> None:
    """What was wrong, kind by kind and item by item."""
    problems = [*memory(opened.key).get("left_out", []), *opened.found.problems]
    st.html('<p class="mc-heading">What was wrong with the files</p>')
    if not problems:
        st.html('<p class="mc-note">Nothing: every picture and every box was read.</p>')
        return
    frame = problems_frame(problems)
    kinds = frame.groupby(["What", "Done"], sort=False).size().sort_values(ascending=False)
    items = frame.groupby(["What", "Done"], sort=False)["Item"].first()
    for (what, done), count in kinds.head(limit).items():
        head = f"{count:,} times" if count > 1 else items[what, done]
        st.html(f'<p class="mc-note"><strong>{escape(head)}</strong>: {escape(what)}; {escape(done)}.</p>')
    with st.expander(f"All {len(frame):,}, item by item" if len(frame) > 1 else "The item"):
        st.dataframe(frame, hide_index=True, key=f"data_problems_{limit}")


def problems_frame(problems: list[Problem]) -> pd.DataFrame:
    """One row a problem: Item, What, Done."""
    rows = [(problem.item, problem.what, problem.done) for problem in problems]
    return pd.DataFrame(rows, columns=["Item", "What", "Done"])


def names_frame(opened: Opened) -> pd.DataFrame:
    """One row a name of the set: Name in the set, Boxes, Means."""
    names = Counter(opened.published.table["source_label"].dropna())
    rows = [(name, count, meaning_words(name, opened)) for name, count in names.most_common()]
    return pd.DataFrame(rows, columns=["Name in the set", "Boxes", "Means"])


def meaning_words(name: str, opened: Opened) -> str:
    """What boxes of a name count as, in words."""
    if not is_face(name, opened.notes):
        return NO_FACE
    if name in opened.notes.labels:
        return LABEL_STYLES[opened.notes.labels[name].value].text
    return LABEL_STYLES[LABELS[name].value].text if name in LABELS else AS_READ


def changed_meanings(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Label | None]:
    """Names whose meaning was changed, and what they mean now."""
    changed = before["Means"] != after["Means"]
    rows = after.loc[changed & (after["Means"] != AS_READ), ["Name in the set", "Means"]]
    return {name: MEANINGS.get(words) for name, words in rows.itertuples(index=False)}


def _show_names(opened: Opened) -> None:
    st.html('<p class="mc-heading">What its names mean</p>')
    frame = names_frame(opened)
    if frame.empty:
        st.html('<p class="mc-note">It has pictures without faces only.</p>')
        return
    choices = [*MEANINGS, NO_FACE, *([AS_READ] if AS_READ in set(frame["Means"]) else [])]
    with st.form("data_names", border=False):
        edited = st.data_editor(
            frame, hide_index=True, key=f"data_names_{opened.key}_{hash(tuple(frame['Means']))}",
            disabled=["Name in the set", "Boxes"],
            column_config={"Means": st.column_config.SelectboxColumn(options=choices, required=True)},
        )  # fmt: skip
        if st.form_submit_button("Keep these meanings", icon=":material/check:"):
            meanings = changed_meanings(frame, edited)
            _keep(opened, lambda notes: replace(notes, labels={**notes.labels, **meanings}))
    st.html(
        '<p class="mc-note">A double click or tap on a meaning, or Enter, changes it. A mouth behind a hand or a cup '
        "is no mask.</p>"
    )


def _show_terms(opened: Opened) -> None:
    st.html('<p class="mc-heading">Where it comes from</p>')
    notes = opened.notes
    if not (notes.origin and notes.licence):
        st.html(
            '<p class="mc-state" data-tone="wait"><i></i><span>Nobody has said where the pictures come from and under '
            "which terms they may be used. A model that learns from them inherits that doubt.</span></p>"
        )
    with st.form("data_terms", border=False):
        origin = st.text_input("Source", notes.origin, placeholder="An address, or who took them")
        licence = st.text_input("Licence", notes.licence, placeholder="Such as CC0")
        if st.form_submit_button("Keep", icon=":material/check:"):
            _keep(opened, lambda notes: replace(notes, origin=origin.strip(), licence=licence.strip()))


def _keep(opened: Opened, change: Callable[[Notes], Notes]) -> None:
    try:
        change_notes(opened.folder, change)
    except DataError as error:
        show_error(error)
        return
    st.rerun()
