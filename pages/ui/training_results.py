"""What an evaluated model said, to explore: thresholds, confusions, curves, sizes and sources."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import pandas as pd
import streamlit as st

from maskcore.types import Label
from pages.ui.training_compare import show_compare
from pages.ui.training_faces import show_faces
from pages.ui.training_result_charts import show_result_charts
from training.evaluation.explore import LOWEST, NO_FACE, Fate, by, cell, confusion, count_fates, fates, join_faces
from training.evaluation.results import About, evaluated, read_results

_KEY = "results"  # in the page's address
_POSITIONS = "results_positions"  # of the sliders: before the last move, and now
USUAL_SCORE = 0.5
COUNTED = {
    "Found": (Fate.RIGHT, Fate.WRONG, Fate.UNCERTAIN, Fate.UNLABELLED),
    "Missed": (Fate.MISSED,),
    "False": (Fate.FALSE,),
    "Told rightly": (Fate.RIGHT,),
    "Told wrongly": (Fate.WRONG,),
    "Uncertain": (Fate.UNCERTAIN,),
}
WORDS = {Label.MASK.value: "Mask", Label.NO_MASK.value: "No mask", Label.INCORRECT.value: "Worn wrong",
         NO_FACE: "No face", "uncertain": "Uncertain", "missed": "Missed"}  # fmt: skip


def chosen_results() -> About | None:
    """The evaluation that the address names, where there is one."""
    name = st.query_params.get(_KEY)
    return next((about for about in evaluated() if about.model == name), None) if name else None


def results_link(about: About) -> str:
    """A link in HTML to the results of a model."""
    return (
        f'<a class="mc-state" data-tone="good" href="?{_KEY}={quote(about.model)}" style="color: inherit; '
        'text-decoration: none; margin-bottom: 8px; overflow-wrap: anywhere"><i></i><div>'
        f"<strong>{escape(about.model)}</strong><span>Explore what it said of each face · {about.at[:10]}</span>"
        "</div></a>"
    )


def show_evaluated() -> None:
    """All evaluated models as links; nothing where there are none."""
    if found := evaluated():
        st.subheader("Results", anchor=False)
        st.html("".join(map(results_link, found)))


def show_results(about: About) -> None:
    """All about an evaluation."""
    st.button("All runs", icon=":material/arrow_back:", on_click=_close, type="tertiary")
    st.subheader(f"Results of {about.model}", anchor=False)
    faces = faces_of(about)
    st.html(
        f'<p class="mc-note">{_count_pictures(about):,} pictures of the part {escape(about.split)} with '
        f"{int(faces['known'].sum()):,} known faces, seen at {about.input_size} pixels. Pictures are read from the "
        "data set when they are shown; none is kept.</p>"
    )
    score, unsure = _choose(about)
    faces = faces.assign(fate=fates(faces, min_score=score, unsure=unsure))
    _show_counts(faces["fate"])
    _show_flips(about, faces)
    _show_confusion(about, faces)
    show_result_charts(faces, min_score=score, unsure=unsure)
    _show_parts(faces)
    show_compare(about, faces, min_score=score, unsure=unsure)


@st.cache_data(show_spinner="Reads the results …", max_entries=4)
def faces_of(about: About) -> pd.DataFrame:
    """The faces of an evaluation, see training.evaluation.explore.join_faces.

    Raises:
        DataError: Its files are gone or damaged.
    """
    return join_faces(read_results(about))


@st.cache_data(show_spinner=False, max_entries=4)
def _count_pictures(about: About) -> int:
    return len(read_results(about).photographs)


def _close() -> None:
    st.query_params.pop(_KEY, None)


def _choose(about: About) -> tuple[float, float]:
    """Ask from when on a face is reported and a label trusted; remember the position before."""
    left, right = st.columns(2, gap="medium")
    score = left.slider(
        "Report a face from this score on", LOWEST, 0.95, USUAL_SCORE, 0.01, key=f"results_score_{about.model}"
    )
    unsure = right.slider(
        "Trust a label from this probability on", 0.34, 0.99, round(about.unsure, 2), 0.01,
        key=f"results_unsure_{about.model}", help="Under it a face is called uncertain.",
    )  # fmt: skip
    moved = st.session_state.setdefault(_POSITIONS, {})
    before = moved.get(about.model, [])
    if not before or before[-1] != (score, unsure):
        moved[about.model] = [*before[-1:], (score, unsure)]
    return score, unsure


def _show_counts(happened: pd.Series) -> None:
    counts = count_fates(happened)
    with st.container(horizontal=True):
        for name, parts in COUNTED.items():
            st.metric(name, f"{sum(counts[part] for part in parts):,}", width=120)


def _show_flips(about: About, faces: pd.DataFrame) -> None:
    positions = st.session_state[_POSITIONS][about.model]
    if len(positions) < 2:
        st.html('<p class="mc-note">Move a slider: the faces that change appear here.</p>')
        return
    score, unsure = positions[0]
    changed = faces[fates(faces, min_score=score, unsure=unsure) != faces["fate"]]
    what = "1 face changes" if len(changed) == 1 else f"{len(changed):,} faces change"
    st.html(f'<p class="mc-heading">{what} with the last move</p>')
    show_faces(about, changed.sort_values("side", ascending=False), key="flip")


def _show_confusion(about: About, faces: pd.DataFrame) -> None:
    st.html('<p class="mc-heading">What is true (rows) and what was said; choose a cell to see its faces</p>')
    table = confusion(faces, faces["fate"])
    shown = table.rename(index=WORDS, columns=WORDS).rename_axis("In truth")
    chosen = st.dataframe(
        shown, on_select="rerun", selection_mode="single-cell", key=f"results_confusion_{about.model}"
    )
    for row, column in chosen.selection.cells[:1]:
        said = next((name for name in table.columns if WORDS[name] == column), None)
        if said is not None:  # the column of names is no cell
            show_cell(about, faces, true=str(table.index[row]), said=said)


def show_cell(about: About, faces: pd.DataFrame, *, true: str, said: str) -> None:
    """The faces that a cell of the matrix counts, see training.evaluation.explore.cell."""
    st.html(f'<p class="mc-heading">In truth {WORDS[true].lower()}, said {WORDS[said].lower()}</p>')
    show_faces(about, cell(faces, faces["fate"], true=true, said=said), key="cell")


def _show_parts(faces: pd.DataFrame) -> None:
    percent = st.column_config.NumberColumn(format="%.1f%%")
    names = {"faces": "Faces", "found": "Found", "right": "Right", "uncertain": "Uncertain", "false": "False"}
    shares = ["Found", "Right", "Uncertain"]
    for column, title in (("size", "By shorter side of the face in pixels"), ("source", "By data set")):
        st.html(f'<p class="mc-heading">{title}</p>')
        rows = by(faces, faces["fate"], column).rename(columns=names)
        st.dataframe(
            rows.assign(**(100 * rows[shares])), key=f"results_by_{column}",
            column_config=dict.fromkeys(shares, percent),
        )  # fmt: skip
