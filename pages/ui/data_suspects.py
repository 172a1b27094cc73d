"""Labels that are probably wrong: looked for on demand, shown surest first, to be taken over or kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from maskcore.settings import get_settings
from maskcore.styles import LABEL_STYLES, percent
from maskcore.types import Label
from pages.ui.data_boxes import show_crop
from pages.ui.data_gallery import choose_page, picture_grid
from pages.ui.data_mend import keep
from pages.ui.data_opened import Opened
from pages.ui.data_sets import SUSPECTS, cache_file, memory
from pages.ui.detector import shared_detector
from pages.ui.history_range import visitor_zone
from training.data.cache import cache_folder
from training.data.features import Embedder, embed_pictures
from training.data.kept_suspects import Look, keep_look, kept_look, state_of_edits
from training.data.notes import Edit, round_box
from training.data.suspects import faces_to_judge, find_suspects, group_pictures, not_looked_at
from training.data.table import BOX

A_PAGE = 18


@dataclass
class Judging:
    """How far the look at a set's faces has come.

    Attributes:
        faces: Those that are judged, as they were when it began.
        total: Pictures that they are in.
        edits: The corrections that were there when it began.
        running: Whether it goes on.
        parts: Features of the pictures looked at so far.
        look: What came of it, once all were looked at, or of the look that was kept.
    """

    faces: pd.DataFrame
    total: int
    edits: tuple[Edit, ...]
    running: bool = False
    parts: list[NDArray] = field(default_factory=list)
    look: Look | None = None


def show_suspects(opened: Opened) -> None:
    """Start, stop and go on; then the suspects that nobody has looked at, a page at a time."""
    look = find_or_offer(opened)
    if look is None:
        return
    left = suspects_left(opened, look)
    _tell(opened, look, left)
    if left.empty:
        return
    first = choose_page(len(left), A_PAGE, key="suspects")
    with picture_grid("crops_suspects"):
        for row in left.iloc[first : first + A_PAGE].to_dict("records"):
            _show_one(opened, row)


def find_or_offer(opened: Opened) -> Look | None:
    """The last look for the suspects of a set; None while there is none, with a way to look for them.

    Raises:
        DataError: The set has too few labels to compare.
    """
    judging = _judging(opened)
    if judging.look is None and judging.running:
        _look(opened, judging)
    if judging.look is None:
        _offer(judging)
    return judging.look


def suspects_left(opened: Opened, look: Look) -> pd.DataFrame:
    """The suspects that are still in the set and that nobody has looked at."""
    left = not_looked_at(look.found.faces, opened.folder, opened.notes.edits)
    return left[left["image"].isin(opened.found.table["image"])].reset_index(drop=True)


def _judging(opened: Opened) -> Judging:
    kept = memory(opened.key)
    judging, meanings = kept.get("judging", (None, None))
    if judging is None or meanings != dict(opened.notes.labels):
        judging = _begin(opened)
        judging.look = kept_look(_file(opened), table=opened.before_edits)
    return judging


def _begin(opened: Opened) -> Judging:
    faces = faces_to_judge(opened.found.table)
    judging = Judging(faces, faces["image"].nunique(), opened.notes.edits)
    memory(opened.key)["judging"] = judging, dict(opened.notes.labels)
    return judging


def _begin_anew(opened: Opened) -> None:
    _begin(opened).running = True


def _file(opened: Opened) -> Path:
    return cache_file(opened.folder, SUSPECTS)


def _offer(judging: Judging) -> None:
    st.html(
        f'<p class="mc-note">The model looks at the {len(judging.faces):,} faces with a label; a small classifier then '
        "learns the labels of four fifths of the photographs and says what it thinks of the rest, five times over. "
        "Where it disagrees, the label may be wrong: a hint, not the truth. It takes a minute or two for 3,000 "
        "pictures. You can stop it and go on later.</p>"
    )
    done = len(judging.parts)
    label = f"Go on, {done:,} of {judging.total:,} done" if done else "Look for wrong labels"
    st.button(label, type="primary", icon=":material/play_arrow:", on_click=_run, args=(judging, True))


def _look(opened: Opened, judging: Judging) -> None:
    """Look at what is left, until it is done or a click starts the page anew."""
    bar = st.progress(0.0, "Getting ready")
    st.button("Stop", icon=":material/stop:", on_click=_run, args=(judging, False))
    embed = Embedder(get_settings().model_dir)
    for part in embed_pictures(judging.faces, shared_detector(), embed, skip=len(judging.parts)):
        judging.parts.append(part)
        done = len(judging.parts)
        bar.progress(done / judging.total, f"Looked at {done:,} of {judging.total:,} pictures")
    groups = group_pictures(
        judging.faces,
        cache=cache_folder(),
        on_progress=lambda done, total: bar.progress(done / total, f"Look-alikes: {done:,} of {total:,} pictures"),
    )
    bar.progress(1.0, "Comparing labels")
    judging.running = False  # also where it ends in an error, which would else come again at every click
    found = find_suspects(judging.faces, judging.parts, groups)
    judging.look = keep_look(found, _file(opened), table=opened.before_edits, edits=judging.edits)
    st.rerun()


def _run(judging: Judging, running: bool) -> None:
    judging.running = running


def _tell(opened: Opened, look: Look, left: pd.DataFrame) -> None:
    found, sure = look.found, int(left["sure"].sum())
    rest = "None is left to look at." if left.empty else (
        f"{len(left):,} look wrong and wait for you, surest first; confident learning is sure of {sure:,}."
    )  # fmt: skip
    since = "" if look.edits == state_of_edits(opened.notes.edits) else ", before the last corrections"
    at = f"{look.at.astimezone(visitor_zone()):%d %b %Y, %H:%M}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="mc-note">{found.looked_at:,} faces were judged, {at}{since}. {rest}</p>', width="content")
        st.button("Look again", icon=":material/refresh:", type="tertiary", on_click=_begin_anew, args=(opened,))
    for label in found.too_rare:
        name = LABEL_STYLES[label.value].text.lower()
        st.html(f'<p class="mc-note">Faces called “{name}” are in too few photographs to be judged.</p>')


def _show_one(opened: Opened, row: dict) -> None:
    """A face with its label and the one suggested, and what to do."""
    name, box = opened.relative(row["image"]), round_box(tuple(row[side] for side in BOX))
    given, other = (LABEL_STYLES[row[which]] for which in ("label", "suggested"))
    key = f"{name}_{box}"
    with st.container(key=f"data_cell_suspect_{key}"):
        note = f"Said {given.symbol} {given.text}\n{percent(row['confidence'])} {other.symbol} {other.text}"
        show_crop(row["image"], tuple(row[side] for side in BOX), note=note, whole=row["crop"])
        with st.container(key=f"data_choice_{key}"):
            if st.button(
                other.text, key=f"data_accept_{key}", icon=":material/check:", help=f"Change {Path(name).name}"
            ):
                keep(opened, Edit(name, box, Label(row["suggested"])))
            if st.button(
                f"Keep {given.text.lower()}", key=f"data_right_{key}", type="tertiary", help="It is right; ask no more"
            ):
                keep(opened, Edit(name, box, Label(row["label"])))
