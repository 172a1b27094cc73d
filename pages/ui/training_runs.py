"""The runs of this server, and the one that a visitor looks at."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import streamlit as st

from maskcore.styles import percent
from pages.ui.history_range import visitor_zone
from pages.ui.training_words import STATES, best_figure, metrics_of, model_of, started_at
from training.runs.folder import RUNS_ROOT, RunFolder, list_runs
from training.runs.queue import queued_runs, start_worker
from training.runs.standing import State, read_standing

_KEY = "run"  # in the page's address
NEWEST = 5  # runs that show at once; the older ones on demand
MOST_NOTES = 120  # characters
TONES = {
    State.QUEUED: "idle",
    State.STARTING: "wait",
    State.RUNNING: "wait",
    State.PAUSED: "idle",
    State.DONE: "good",
    State.STOPPED: "idle",
    State.FAILED: "bad",
    State.INTERRUPTED: "bad",
}


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


def run_line(folder: RunFolder) -> str:
    """A run as a link in HTML: its model and state, and below them what came of it, when, and the notes."""
    told = read_standing(folder)
    notes = folder.notes.read_text(encoding="utf-8") if folder.notes.exists() else ""
    facts = [
        f"{percent(told.share)} done" if told.state is not State.DONE else "",
        best_figure(metrics_of(folder)),
        f"{started_at(folder).astimezone(visitor_zone()):%d %b %Y, %H:%M}",
        notes if len(notes) <= MOST_NOTES else f"{notes[:MOST_NOTES]} …",
    ]
    return (
        f'<a class="mc-state" data-tone="{TONES[told.state]}" href="?{_KEY}={quote(folder.path.name)}" '
        'style="color: inherit; text-decoration: none; margin-bottom: 8px; overflow-wrap: anywhere"><i></i><div>'
        f"<strong>{escape(model_of(folder))} · {STATES[told.state].lower()}</strong>"
        f"<span>{escape(' · '.join(filter(None, facts)))}</span></div></a>"
    )


def show_runs() -> None:
    """All runs, newest first; a click opens one."""
    folders = list_runs(RUNS_ROOT)
    if not folders:
        return
    st.subheader("Runs", anchor=False)
    st.html("".join(map(run_line, folders[:NEWEST])))
    if older := folders[NEWEST:]:
        with st.expander(f"{len(older)} older"):
            st.html("".join(map(run_line, older)))
