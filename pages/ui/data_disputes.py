"""Faces that the detector finds and nobody boxed, and boxes where it finds none; looked for on demand."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from maskcore.styles import percent
from maskcore.types import Label
from pages.ui.data_boxes import Mark, show_picture
from pages.ui.data_gallery import choose_page, marks_of, rows_of
from pages.ui.data_mend import keep
from pages.ui.data_opened import Opened
from pages.ui.data_sets import memory
from pages.ui.detector import shared_detector
from training.data.checks import Disputed, dispute, to_dispute
from training.data.notes import Edit, round_box

A_PAGE = 6
UNBOXED, UNSEEN = "Faces that nobody boxed", "Boxes without a face"


@dataclass
class Comparing:
    """How far the comparison of a set, with what its names mean, has come in this visit."""

    meanings: dict[str, Label | None]
    done: int = 0
    running: bool = False
    found: list[Disputed] = field(default_factory=list)


def show_disputes(opened: Opened) -> None:
    """Start, stop and go on; what was found so far is shown when it stands still."""
    table = opened.before_edits  # so that a picture that is mended meanwhile keeps its place
    images = to_dispute(table)
    if not images:
        st.html('<p class="mc-note">Its pictures are crops of one face each, so there is nothing to find in them.</p>')
        return
    kept = memory(opened.key)
    comparing = kept.get("comparing")
    meanings = dict(opened.notes.labels)
    if comparing is None or comparing.meanings != meanings:
        comparing = kept["comparing"] = Comparing(meanings)
    if comparing.running:
        _compare(table, comparing, len(images))
    elif comparing.done < len(images):
        _offer(comparing, len(images))
    _show_found(opened, comparing)


def _offer(comparing: Comparing, total: int) -> None:
    st.html(
        f'<p class="mc-note">The detector looks at all {total:,} pictures, ten to thirty a second. You can '
        "stop it and go on later; what it found is shown then. It is a hint, not the truth: look before you mend.</p>"
    )
    label = f"Go on, {comparing.done:,} of {total:,} done" if comparing.done else "Compare with the detector"
    st.button(label, type="primary", icon=":material/play_arrow:", on_click=_run, args=(comparing, True))


def _compare(table: pd.DataFrame, comparing: Comparing, total: int) -> None:
    """Look at what is left, until it is done or a click starts the page anew."""
    bar = st.progress(comparing.done / total, "Comparing")
    st.button("Stop", icon=":material/stop:", on_click=_run, args=(comparing, False))
    for found in dispute(table, shared_detector(), skip=comparing.done):
        comparing.done += 1
        if found is not None:
            comparing.found.append(found)
        words = f"{comparing.done:,} of {total:,} pictures, {len(comparing.found):,} to look at"
        bar.progress(comparing.done / total, words)
    comparing.running = False
    st.rerun()


def _run(comparing: Comparing, running: bool) -> None:
    comparing.running = running


def _show_found(opened: Opened, comparing: Comparing) -> None:
    if not comparing.done:
        return
    there = set(opened.found.table["image"])
    mended = {edit.image for edit in opened.notes.edits}
    left = [each for each in comparing.found if each.image in there and opened.relative(each.image) not in mended]
    counts = {UNBOXED: sum(len(each.unboxed) for each in left), UNSEEN: sum(len(each.unseen) for each in left)}
    kind = st.segmented_control(
        "Which", list(counts), format_func=lambda name: f"{name} ({counts[name]:,})", default=UNBOXED, required=True,
        key="data_dispute", label_visibility="collapsed",
    )  # fmt: skip
    shown = [each for each in left if (len(each.unboxed) if kind == UNBOXED else len(each.unseen))]
    if not shown:
        st.html('<p class="mc-note">None, or all were looked at.</p>')
        return
    shown.sort(key=lambda each: _weight(each, kind), reverse=True)
    first = choose_page(len(shown), A_PAGE, key=f"dispute_{kind}")
    for start in range(first, min(first + A_PAGE, len(shown)), 2):
        for column, each in zip(st.columns(2), shown[start : start + 2], strict=False):
            with column:
                _show_one(opened, each, kind)


def _weight(each: Disputed, kind: str) -> float:
    """The surest first: the highest score, or the largest box."""
    if kind == UNBOXED:
        return max(face.score for face in each.unboxed)
    return float(((each.unseen[:, 2] - each.unseen[:, 0]) * (each.unseen[:, 3] - each.unseen[:, 1])).max())


def _show_one(opened: Opened, each: Disputed, kind: str) -> None:
    name = opened.relative(each.image)
    others = marks_of(rows_of(opened, [each.image])[each.image])
    if kind == UNBOXED:
        marks = others + [Mark(face.box, face.label.value, percent(face.score)) for face in each.unboxed]
        edits = [Edit(name, round_box(face.box), face.label) for face in each.unboxed]
        label = "Add this face" if len(edits) == 1 else f"Add these {len(edits)} faces"
    else:
        marks = others + [Mark(box.tolist(), "uncertain", "nothing found") for box in each.unseen]
        edits = [Edit(name, round_box(tuple(box.tolist()))) for box in each.unseen]
        label = "Take this box away" if len(edits) == 1 else f"Take these {len(edits)} boxes away"
    show_picture(each.image, marks)
    if st.button(label, key=f"data_dispute_{kind}_{each.image}", icon=":material/check:"):
        keep(opened, *edits)
