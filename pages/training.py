"""Training: choose data and a model, see what it will be shown, train it in the background, and look at all runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui.entry import whole_page
from pages.ui.training_choices import choose_model, steps_words
from pages.ui.training_data import choose_data
from pages.ui.training_models import show_models
from pages.ui.training_results import chosen_results, show_evaluated, show_results
from pages.ui.training_run import show_run
from pages.ui.training_runs import chosen_run, open_run, show_runs, wake_queue
from pages.ui.training_samples import show_samples
from training.data import fingerprint
from training.runs.estimate import ask_estimate, how_long
from training.runs.folder import RUNS_ROOT, DataSource, create_run
from training.runs.options import ClassifierRun, DetectorRun, Kind
from training.runs.queue import queue_run
from training.runs.training import check_data


def plan_run() -> None:
    st.subheader("Train a model", anchor=False)
    chosen = choose_data()
    if chosen is None:
        return
    source, table = chosen
    kind, run = choose_model()
    st.html(f'<p class="mc-note">{steps_words(run, table)}</p>')
    show_samples(run, table)
    with st.container(horizontal=True):
        if st.button("Start training", type="primary", icon=":material/play_arrow:"):
            start(kind, run, source, table)
        if st.button("How long will it take?", icon=":material/timer:"):
            tell_time(kind, run, source, table)
    st.html(
        '<p class="mc-note">It trains in the background, after those that were started before it. Figures and '
        "checkpoints are saved after each epoch.</p>"
    )


def start(kind: Kind, run: ClassifierRun | DetectorRun, source: DataSource, table: pd.DataFrame) -> None:
    check_data(kind, table)
    folder = create_run(run, kind=kind, fingerprint=fingerprint(table), source=source, root=RUNS_ROOT)
    queue_run(folder)
    open_run(folder)
    st.rerun()


def tell_time(kind: Kind, run: ClassifierRun | DetectorRun, source: DataSource, table: pd.DataFrame) -> None:
    check_data(kind, table)
    with st.spinner("Takes a few steps to see, which takes half a minute …"):
        found = ask_estimate(kind, run, source)
    about = "At most" if run.patience else "About"
    st.info(
        f"**{about} {how_long(found.total_s)}**: {found.words}. Longer while other programs or trainings run; the "
        "first epoch also reads the pictures from disk.",
        icon=":material/timer:",
    )


with whole_page():
    st.title("Training", anchor=False)
    wake_queue()
    folder, results = chosen_run(), chosen_results()
    if folder is not None:
        show_run(folder)
    elif results is not None:
        show_results(results)
    else:
        show_runs()
        show_models()
        show_evaluated()
        plan_run()
