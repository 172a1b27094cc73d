"""The films of this server, and the one that a visitor looks at."""

from __future__ import annotations

from datetime import timedelta
from typing import IO

import streamlit as st

from maskcore.errors import InputError, MaskcoreError
from maskcore.jobs.films import FilmOptions, FilmWork
from maskcore.jobs.job import Job
from maskcore.jobs.runner import JobRunner
from maskcore.jobs.store import JobStore
from maskcore.settings import get_settings
from pages.ui.detector import shared_detectors
from pages.ui.trouble import ADVICE_BY_ERROR

_KEY = "job"  # in the page's address, and in the visit


@st.cache_resource(show_spinner=False)
def shared_runner() -> JobRunner:
    """The one worker of this process; it works on films of visitors who left the page too."""
    return JobRunner(_store(), FilmWork(shared_detectors()))


def forget_films() -> None:
    """Delete films whose time is over."""
    _store().forget(keep=timedelta(hours=get_settings().keep_videos_hours))


def start(film: IO[bytes], options: FilmOptions) -> None:
    """Queue a film, and make it the one that this visitor looks at."""
    job = shared_runner().add(options.to_dict(), {options.sent: film})
    st.session_state[_KEY] = st.query_params[_KEY] = job.id


def chosen_id() -> str | None:
    """Which film the address names, or this visit when the visitor comes back from another page."""
    job_id = st.query_params.get(_KEY) or st.session_state.get(_KEY)
    if job_id:
        st.session_state[_KEY] = st.query_params[_KEY] = job_id
    return job_id


def let_go() -> None:
    """Look at no film any more."""
    st.session_state.pop(_KEY, None)
    st.query_params.pop(_KEY, None)


def delete(job_id: str) -> None:
    """Delete a film with all that came of it."""
    shared_runner().store.delete(job_id)
    let_go()


def options_of(job: Job) -> FilmOptions:
    """What was asked for."""
    return FilmOptions.from_dict(job.options)


def can_start_again(job: Job) -> bool:
    """Whether the film that was sent is still there, and not what was wrong."""
    unusable = bool(job.error) and isinstance(error_of(job), InputError)
    return not unusable and (shared_runner().store.path(job.id) / options_of(job).sent).exists()


def error_of(job: Job) -> MaskcoreError:
    """The error that ended a job."""
    kinds = {kind.slug: kind for kind in ADVICE_BY_ERROR}
    return kinds.get(job.error["type"], MaskcoreError)(job.error["detail"])


def _store() -> JobStore:
    return JobStore(get_settings().data_folder / "films")
