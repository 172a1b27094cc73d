"""The runs of this server, and the one that a visitor looks at."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui.training_words import STATES, best_figure, metrics_of, model_of, started_at
from training.runs.folder import RUNS_ROOT, RunFolder, list_runs
from training.runs.queue import queued_runs, start_worker
from training.runs.standing import read_standing

_KEY = "run"  # in the page's address
_TABLE = "training_runs"


@st.cache_resource(show_spinner=False)
def wake_queue() -> None:
    """See, once a server, that runs which were queued before it started are trained."""
    if queued_runs(RUNS_ROOT):
        start_worker(RUNS_ROOT)


def chosen_run() -> RunFolder | None:
    """The run that the address names, where there is one of that name."""
    name = st.query_params.get(_KEY)
    return next((folder for folder in list_runs(RUNS_ROOT) if folder.path.name == name), None)


def open_run(folder: RunFolder) -> None:
    """Look at a run."""
    st.query_params[_KEY] = folder.path.name


def close_run() -> None:
    """Look at no run any more."""
    st.query_params.pop(_KEY, None)


def runs_frame(folders: list[RunFolder]) -> pd.DataFrame:
    """One row a run: Model, State, Done (percent), Best, Started, Notes."""
    rows = []
    for folder in folders:
        told = read_standing(folder)
        notes = folder.notes.read_text(encoding="utf-8") if folder.notes.exists() else ""
        rows.append(
            {
                "Model": model_of(folder),
                "State": STATES[told.state],
                "Done": 100 * told.share,
                "Best": best_figure(metrics_of(folder)),
                "Started": started_at(folder),
                "Notes": notes,
            }
        )
    return pd.DataFrame(rows)


def show_runs() -> None:
    """All runs, newest first; a click opens one."""
    folders = list_runs(RUNS_ROOT)
    if not folders:
        return
    st.subheader("Runs", anchor=False)
    chosen = st.dataframe(
        runs_frame(folders), hide_index=True, key=_TABLE, on_select="rerun", selection_mode="single-cell",
        column_config={
            "Done": st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100),
            "Started": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=st.context.timezone),
        },
    )  # fmt: skip
    st.html('<p class="mc-note">Click a run to see its curves, to hold it or to go on with it.</p>')
    if cells := chosen.selection.cells:
        st.session_state.pop(_TABLE, None)
        open_run(folders[cells[0][0]])
        st.rerun()
