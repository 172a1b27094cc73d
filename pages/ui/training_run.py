"""One run: how far it is, its curves, what was asked, and what can be done with it."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from pages.ui.training_charts import show_curves
from pages.ui.training_mistakes import show_mistakes
from pages.ui.training_models import show_model
from pages.ui.training_runs import close_run
from pages.ui.training_words import best_figure, metrics_of, model_of, progress_words, started_at
from training.runs.early import why_ended
from training.runs.folder import RunFolder
from training.runs.queue import pause_run, resume_run, stop_run
from training.runs.standing import Standing, State, read_standing
from training.runs.wishes import Wish, is_wished

LOOK_EVERY_S = 2.0
ENDS = {
    State.STOPPED: "It was stopped. {saved}",
    State.INTERRUPTED: "Its process is gone: the machine was switched off, or somebody ended it. {saved}",
}


def show_run(folder: RunFolder) -> None:
    """All about a run."""
    st.button("All runs", icon=":material/arrow_back:", on_click=close_run, type="tertiary")
    st.subheader(escape(model_of(folder)), anchor=False)
    if read_standing(folder).state.active:
        _follow(folder)
    else:
        _show_end(folder, read_standing(folder))
        show_curves(folder)
        show_mistakes(folder)
        show_model(folder)
    _show_notes(folder)
    _show_details(folder)


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(folder: RunFolder) -> None:
    told = read_standing(folder)
    if not told.state.active:
        st.rerun()
    st.progress(told.share, progress_words(told))
    _show_buttons(folder, told)
    st.html('<p class="mc-note">You may close this page: the training goes on, and its address leads back here.</p>')
    show_curves(folder)
    show_mistakes(folder)


def _show_buttons(folder: RunFolder, told: Standing) -> None:
    stopping, pausing = is_wished(folder, Wish.STOP), is_wished(folder, Wish.PAUSE)
    with st.container(horizontal=True):
        if told.state is State.PAUSED:
            st.button("Go on", icon=":material/play_arrow:", type="primary", on_click=resume_run, args=(folder,))
        elif told.state is State.RUNNING:
            st.button(
                "Pausing …" if pausing else "Pause", icon=":material/pause:", disabled=pausing or stopping,
                on_click=pause_run, args=(folder,),
            )  # fmt: skip
        st.button(
            "Stopping …" if stopping else "Stop", icon=":material/stop:", disabled=stopping, on_click=stop_run,
            args=(folder,), help="After the step that runs. What was saved after the last epoch is kept.",
        )  # fmt: skip


def _show_end(folder: RunFolder, told: Standing) -> None:
    done, wanted = folder.epochs_done(), folder.config()["config"]["epochs"]
    saved = f"{done} of {wanted} epochs are saved, to go on from." if done else "It begins anew when it goes on."
    if told.state is State.DONE:
        best = best_figure(metrics_of(folder))
        ended = why_ended(folder) or f"Done: {wanted} epochs."
        st.success(f"{ended} At best {best} on pictures kept aside.", icon=":material/check_circle:")
        return
    if told.state is State.FAILED:
        st.error(f"**It failed.** {told.problem}", icon=":material/error:")
    else:
        st.info(told.problem or ENDS[told.state].format(saved=saved), icon=":material/info:")
    if "data" in folder.config():
        st.button("Go on", icon=":material/play_arrow:", type="primary", on_click=resume_run, args=(folder,))
    else:
        st.html(
            '<p class="mc-note">It was started where its data is not known here. Go on with: <code>python -m training '
            f"train {escape(folder.config()['kind'])} --run {escape(str(folder.path))}</code></p>"
        )


def _show_notes(folder: RunFolder) -> None:
    key = f"training_notes_{folder.path.name}"
    # as they stand now: what this visit has seen may be older than what another visitor wrote
    st.session_state[key] = folder.notes.read_text(encoding="utf-8") if folder.notes.exists() else ""
    st.text_area("Notes", key=key, max_chars=2000, on_change=_keep_notes, args=(folder, key))


def _keep_notes(folder: RunFolder, key: str) -> None:
    folder.notes.write_text(st.session_state[key], encoding="utf-8")


def _show_details(folder: RunFolder) -> None:
    facts = folder.config()
    with st.expander("What was asked", icon=":material/list:"):
        told = {
            "Started": f"{started_at(folder):%d %b %Y, %H:%M} UTC",
            "Folder": str(folder.path),
            "Code": facts["git_revision"],
            "Data": facts["data_fingerprint"],
        } | {name: str(value) for name, value in facts["config"].items()}
        st.dataframe(pd.DataFrame(told.items(), columns=["Option", "Value"]), hide_index=True)
    if folder.report.exists():
        with st.expander("Report", icon=":material/description:"):
            st.markdown(folder.report.read_text(encoding="utf-8"))
    if folder.output.exists():
        with st.expander("Output", icon=":material/terminal:"):
            st.code(folder.output.read_text(encoding="utf-8", errors="replace")[-4000:], language=None)
