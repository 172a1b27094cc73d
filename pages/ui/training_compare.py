"""Two evaluated models side by side, in figures and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from training.evaluation.differences import Difference, compare
from training.evaluation.explore import fates, join_faces
from training.evaluation.results import About, evaluated, read_results

MEANINGS = {
    "found": ("Known faces found", "finds more faces", "finds fewer faces"),
    "right": ("Labels right, of those told", "tells more labels rightly", "tells fewer labels rightly"),
    "certain": ("Told without doubt", "is certain more often", "is certain less often"),
    "alarms": ("False alarms on 100 pictures", "has more false alarms", "has fewer false alarms"),
}
NOTHING_SHOWN = "no difference that this set can show"


def show_compare(about: About, faces: pd.DataFrame, *, min_score: float, unsure: float) -> None:
    """Ask for another model and tell how it differs, at the same positions of both sliders.

    Args:
        about: The first model's evaluation.
        faces: Its faces, with the column `fate`.
        min_score: Where the slider of scores stands.
        unsure: Where the slider of probabilities stands.
    """
    others = {each.model: each for each in evaluated() if each.model != about.model}
    if not others:
        st.html(
            '<p class="mc-note">As soon as another model is measured, the two can be compared here: make a model of a '
            "run, or <code>python -m training evaluate --model FOLDER</code>.</p>"
        )
        return
    st.subheader("Beside another", anchor=False)
    name = st.selectbox("Compare with", list(others), index=None, placeholder="Choose a model", key="results_other")
    if name is None:
        return
    with st.spinner("Draws photographs again and again …"):
        found = _compare(about, others[name], faces, min_score=min_score, unsure=unsure)
    if not found:
        st.info(f"{name} was measured on other pictures. Measure both on the same data.", icon=":material/info:")
        return
    st.dataframe(difference_frame(found), hide_index=True, key="results_differences")
    st.html("".join(f'<p class="mc-note">{line}</p>' for line in difference_words(found, name)))


def difference_frame(differences: Sequence[Difference]) -> pd.DataFrame:
    """One row a figure: Figure, This one, The other, Difference and its 95% interval, in percent and points."""
    rows = [
        (MEANINGS[each.name][0], f"{100 * each.first:.1f}", f"{100 * each.second:.1f}",
         f"{100 * (each.second - each.first):+.1f}", f"{100 * each.low:+.1f} to {100 * each.high:+.1f}")
        for each in differences
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Figure", "This one", "The other", "Difference", "95% interval"])


def difference_words(differences: Sequence[Difference], other: str) -> list[str]:
    """A sentence a figure."""
    said = []
    for each in differences:
        what, more, fewer = MEANINGS[each.name]
        if each.shown:
            said.append(f"{other} {more if each.low > 0 else fewer}.")
        else:
            said.append(f"{what}: {NOTHING_SHOWN}.")
    return said


# With the underscore, the faces are no part of the key: they follow from the other arguments.
@st.cache_data(show_spinner=False, max_entries=20)
def _compare(about: About, other: About, _faces: pd.DataFrame, *, min_score: float, unsure: float) -> list[Difference]:
    ours, theirs = read_results(about), read_results(other)
    faces = join_faces(theirs)
    return compare(
        _in_place(_faces, about),
        _in_place(faces.assign(fate=fates(faces, min_score=min_score, unsure=unsure)), other),
        photographs=_paths(ours.photographs, about) & _paths(theirs.photographs, other),
    )


def _in_place(faces: pd.DataFrame, about: About) -> pd.DataFrame:
    """Faces with the paths of their pictures: two evaluations may have the same names in different folders."""
    return faces.assign(image=faces["image"].map(lambda name: str(Path(about.root, name))))


def _paths(names: Iterable[str], about: About) -> set[str]:
    return {str(Path(about.root, name)) for name in names}
