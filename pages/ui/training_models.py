"""From a run to the model that answers: made, measured beside the one of now, promoted, rolled back."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from maskcore.active import can_point_back, forget_pointer, models_folder, point_back, pointed_folder
from maskcore.errors import ModelError, ModelMismatchError
from maskcore.models import load_manifest
from maskcore.settings import get_settings
from pages.ui.history_range import visitor_zone
from pages.ui.training_results import results_link
from pages.ui.trouble import show_error
from training.evaluation.results import evaluated
from training.publish import STAGES, start_publishing, work_of
from training.registry import list_models, promote, read_comparison
from training.runs.folder import RunFolder
from training.runs.standing import State, read_standing

LOOK_EVERY_S = 2.0
FIGURES = {
    "face": "Faces found (average precision)",
    "mean": "Faces found and told rightly (average precision)",
    "three": "Labels right, of faces boxed by people",
    "two": "Mask or not right, of faces boxed by people",
}
_REFUSED = "training_refused"


def show_model(run: RunFolder) -> None:
    """What can be made of a run that has at least one finished epoch, and what was."""
    if not run.epochs_done() or "data" not in run.config() or not pointer_is_whole():
        return
    st.subheader("A model of it", anchor=False)
    work = work_of(run)
    told = read_standing(work) if work.standing.exists() else None
    if told and told.state.active:
        _follow(run)
        return
    if told and told.state is not State.DONE:
        st.error(told.problem or "Its process is gone. Make it again.", icon=":material/error:")
    folder = models_folder() / run.path.name
    comparison = read_comparison(folder)
    if comparison:
        _show_comparison(comparison)
        _show_results(folder)
        _show_promote(folder)
    else:
        st.html(
            '<p class="mc-note">Exports the network for serving, together with the other one that ships, and measures '
            "it on the pictures kept for testing, beside the model that answers now. This takes minutes.</p>"
        )
    if pointed_folder() != folder:  # the active model is never written to
        st.button(
            "Make it again" if comparison else "Make a model of it", icon=":material/deployed_code:",
            on_click=start_publishing, args=(run,),
        )  # fmt: skip


def comparison_frame(comparison: dict[str, Any]) -> pd.DataFrame:
    """One row a figure that both models have: Figure, This model, Now, Difference, in percent and points."""
    new, old = comparison["new"], comparison["old"]
    rows = [
        (text, 100 * new[name], 100 * old[name], 100 * (new[name] - old[name]))
        for name, text in FIGURES.items()
        if name in new and name in old
    ]
    return pd.DataFrame(rows, columns=["Figure", "This model", "Now", "Difference"])


def pointer_is_whole() -> bool:
    """Whether it can be read which model is active; where not, say so and offer the way out."""
    try:
        pointed_folder()
    except ModelMismatchError as error:
        show_error(error)
        st.button("Answer with the model that ships", icon=":material/undo:", on_click=forget_pointer)
        return False
    return True


def show_models() -> None:
    """All models that can answer, which one does, and the way back."""
    if not pointer_is_whole():
        return
    models = list_models()
    if len(models) == 1 and not can_point_back():
        return  # only the one that ships: nothing to choose
    st.subheader("Models", anchor=False)
    rows = [
        {
            "Active": "✓" if each.active else "",
            "Model": each.manifest.id,
            "Version": each.manifest.version,
            "Of": "ships with the app" if each.folder.parent != models_folder() else f"run {each.folder.name}",
            "Data": each.manifest.data.get("fingerprint", ""),
            "Code": each.manifest.data.get("git_revision", ""),
        }
        for each in models
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="training_models")
    _show_named()
    if can_point_back():
        st.button("Roll back to the model before", icon=":material/undo:", on_click=point_back)


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(run: RunFolder) -> None:
    told = read_standing(work_of(run))
    if not told.state.active:
        st.rerun()
    began = f"{told.started_at.astimezone(visitor_zone()):%H:%M}"
    st.progress(told.share, f"{STAGES[told.step]} · {told.step + 1} of {len(STAGES)} · since {began}")
    st.html('<p class="mc-note">You may close this page: it goes on.</p>')


def _show_comparison(comparison: dict[str, Any]) -> None:
    new = comparison["new"]
    percent, points = (st.column_config.NumberColumn(format=form) for form in ("%.1f%%", "%+.1f"))
    st.dataframe(
        comparison_frame(comparison), hide_index=True, key="training_comparison",
        column_config={"This model": percent, "Now": percent, "Difference": points},
    )  # fmt: skip
    st.html(
        f'<p class="mc-note">On {new["photographs"]:,} photographs and {new["faces"]:,} faces kept for testing. Now: '
        f"{escape(comparison['old_id'])}. Of few faces, a difference of some points is chance.</p>"
    )


def _show_results(folder: Path) -> None:
    """A way to what it said of each face, where that is kept."""
    model = load_manifest(folder).id
    for about in evaluated():
        if about.model == model:
            st.html(results_link(about))


def _show_promote(folder: Path) -> None:
    if pointed_folder() == folder:
        st.success(
            "This is the active model. All pages and the API change over to it within seconds, without a restart.",
            icon=":material/check_circle:",
        )
        _show_named()
        return
    st.button("Promote", icon=":material/rocket_launch:", type="primary", on_click=_promote, args=(folder,))
    if refused := st.session_state.pop(_REFUSED, None):
        show_error(refused)


def _promote(folder: Path) -> None:
    try:
        promote(folder)
    except ModelError as error:
        st.session_state[_REFUSED] = error


def _show_named() -> None:
    """Say so where the operator named a model, which nothing here changes."""
    if get_settings().model_dir is not None:
        st.warning(
            f"MASKCORE_MODEL_DIR names {get_settings().model_dir}, so that model answers, whatever is active here. "
            "Unset it and restart.",
            icon=":material/info:",
        )
