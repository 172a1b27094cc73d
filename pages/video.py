"""Video: a film with every face marked, made in the background, and the story of who was in it."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path, PurePath
from typing import Any

import streamlit as st

from maskcore.jobs.films import ANNOTATED, PORTRAITS, STORY, FilmOptions
from maskcore.jobs.job import Job, State
from maskcore.settings import get_settings
from maskcore.styles import percent
from maskcore.video.film import SUFFIXES
from pages.ui.entry import whole_page
from pages.ui.faces import show_counts
from pages.ui.trouble import show_error
from pages.ui.video_choices import choose_look
from pages.ui.video_jobs import (
    can_start_again,
    chosen_id,
    delete,
    error_of,
    let_go,
    options_of,
    shared_runner,
    start,
)
from pages.ui.video_story import clock, people_csv, show_people, show_timeline, summary_of

ENDED = {
    State.CANCELLED: "It was cancelled.",
    State.INTERRUPTED: "The server stopped while it worked on this film, so there is no result.",
}


def ask_for_film() -> None:
    film = st.file_uploader(
        "Drop a film here, or choose one", type=[suffix[1:] for suffix in SUFFIXES], key="film",
        max_upload_size=max(1, int(get_settings().max_video_mb)),
    )  # fmt: skip
    st.html(f'<p class="mc-note">MP4, MOV, WebM, AVI and MKV of up to {get_settings().max_video_mb:g} MB.</p>')
    look = choose_look()
    if st.button("Start", type="primary", icon=":material/play_arrow:", disabled=film is None) and film:
        start(film, FilmOptions(film.name, look))
        st.rerun()


@st.fragment(run_every=1.0)
def show_progress(job_id: str) -> None:
    job = shared_runner().store.get(job_id)
    if job is None or not job.state.active:
        st.rerun()
    show_name(job)
    st.progress(job.share or 0.0, progress_words(job))
    leaving = shared_runner().store.cancel_wanted(job_id)
    if st.button("Cancelling …" if leaving else "Cancel", icon=":material/close:", disabled=leaving, key="cancel"):
        shared_runner().store.want_cancel(job_id)
        st.rerun()
    st.html('<p class="mc-note">You may close this page: the work goes on, and its address leads back here.</p>')


def progress_words(job: Job) -> str:
    if not job.facts:
        return "Waits for the films before it" if job.state is State.QUEUED else "Looks at the first frames"
    done = percent(job.share) if job.share is not None else f"{job.facts['frames']} frames"
    words = [done, f"{job.facts['frames_per_s']:.0f} frames a second"]
    if job.facts["left_s"] is not None:
        minutes, seconds = divmod(max(1, round(job.facts["left_s"])), 60)
        words.append(f"{minutes} min {seconds:02} s left" if minutes else f"{seconds} s left")
    return " · ".join(words)


def show_name(job: Job) -> None:
    st.html(f'<p class="mc-heading mc-name">{escape(options_of(job).name)}</p>')


def show_facts(facts: dict[str, str]) -> None:
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())
    st.html(f'<dl class="mc-facts">{rows}</dl>')


def show_result(job: Job) -> None:
    folder = shared_runner().store.path(job.id)
    story = json.loads((folder / STORY).read_text(encoding="utf-8"))
    people = story["summary"]["people"]
    st.subheader("1 person" if people == 1 else f"{people} people" if people else "Nobody found", anchor=False)
    show_name(job)
    if story["note"]:
        st.warning(story["note"], icon=":material/content_cut:")
    left, right = st.columns([3, 2], gap="medium")
    left.video(str(folder / ANNOTATED), alt="The film with every face marked")
    with right:
        show_counts(summary_of(story))
        show_facts(
            {
                "Length": clock(story["seconds"]),
                "Frames looked at": f"{story['looked']} of {story['frames']}",
                "Speed of the work": f"{job.facts['frames_per_s']:.1f} frames a second",
            }
        )
        show_downloads(options_of(job).name, folder, story)
    if people:
        show_timeline(story)
        st.html('<p class="mc-heading">Everybody, in the order of their coming</p>')
        show_people(story, folder / PORTRAITS)
    show_ways_on(job)


def show_downloads(name: str, folder: Path, story: dict[str, Any]) -> None:
    stem = PurePath(name).stem or "film"
    with st.container(horizontal=True):
        st.download_button(
            "Film", (folder / ANNOTATED).read_bytes, f"{stem}.faces.mp4", "video/mp4", icon=":material/movie:",
            on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "CSV", lambda: people_csv(story), f"{stem}.people.csv", "text/csv", icon=":material/table:",
            on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "JSON", (folder / STORY).read_bytes, f"{stem}.json", "application/json", icon=":material/data_object:",
            on_click="ignore",
        )  # fmt: skip


def show_ended(job: Job) -> None:
    if job.error:
        show_error(error_of(job), name=options_of(job).name)
    else:
        show_name(job)
        st.info(ENDED[job.state], icon=":material/info:")
    show_ways_on(job)


def show_ways_on(job: Job) -> None:
    with st.container(horizontal=True):
        if job.state is not State.DONE and can_start_again(job):
            st.button(
                "Start again", type="primary", icon=":material/replay:", on_click=shared_runner().start_again,
                args=(job.id,),
            )  # fmt: skip
        st.button("Another film", icon=":material/add:", on_click=let_go)
        st.button("Delete this film", icon=":material/delete:", on_click=delete, args=(job.id,))


def show_keeping() -> None:
    runner = shared_runner()
    hours = get_settings().keep_videos_hours
    time = "1 hour" if hours == 1 else f"{hours:g} hours"
    st.html(
        '<p class="mc-note">Films are worked on and kept on this server, in '
        f"<code>{escape(str(runner.store.folder))}</code>. The one you send is deleted as soon as its result is there; "
        f"the result is kept for {time}, or until you delete it. Whoever has its address can see it.</p>"
    )


with whole_page():
    st.title("Check a film", anchor=False)
    job_id = chosen_id()
    job = shared_runner().store.get(job_id) if job_id else None
    if job_id and job is None:
        let_go()
        st.info("That film is no longer kept: it was deleted, or its time was over.", icon=":material/info:")
    if job is None:
        ask_for_film()
    elif job.state.active:
        show_progress(job.id)
    elif job.state is State.DONE:
        show_result(job)
    else:
        show_ended(job)
    show_keeping()
