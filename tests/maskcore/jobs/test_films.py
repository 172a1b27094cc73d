"""A film's job leaves the annotated film, its story and portraits, and not the film that was sent."""

from __future__ import annotations

import json

import pytest

from maskcore.jobs.films import ANNOTATED, PORTRAITS, STORY, FilmOptions, FilmWork
from maskcore.jobs.job import State
from maskcore.jobs.runner import JobRunner
from maskcore.jobs.store import JobStore
from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.settings import Settings
from maskcore.video.annotate import Look
from maskcore.video.film import Film
from tests.factories import FakeDetector, make_face
from tests.maskcore.jobs.waiting import wait_for
from tests.maskcore.video.made import make_film


@pytest.fixture
def store(tmp_path):
    return JobStore(tmp_path / "jobs")


def work_on(store, path, *, settings=None, look=None):
    work = FilmWork(lambda: FakeDetector([make_face()]), settings=settings or Settings())
    runner = JobRunner(store, work)
    options = FilmOptions(path.name, look or Look(every=2))
    with path.open("rb") as film:
        job = runner.add(options.to_dict(), {options.sent: film})
    return wait_for(store, job.id), store.path(job.id)


def test_film_story_and_portraits_are_there_and_what_was_sent_is_not(store, tmp_path):
    job, folder = work_on(store, make_film(tmp_path / "door.mov", sound=True))
    assert job.state is State.DONE, job.error
    assert job.facts["frames"] == 10 and job.facts["frames_per_s"] > 0
    assert Film(folder / ANNOTATED).info.has_audio
    story = json.loads((folder / STORY).read_text())
    assert (story["film"], story["frames"], story["looked"], story["summary"]["mask"]) == ("door.mov", 10, 6, 1)
    assert [path.name for path in (folder / PORTRAITS).iterdir()] == [f"{story['people'][0]['person']}.jpg"]
    assert not (folder / "film.mov").exists()


def test_what_is_no_film_fails_in_words_and_is_kept_to_try_again(store, tmp_path):
    (tmp_path / "odd.mp4").write_bytes(b"no film at all")
    job, folder = work_on(store, tmp_path / "odd.mp4")
    assert job.state is State.FAILED and job.error["type"] == "video-decode"
    assert (folder / "film.mp4").exists() and not (folder / ANNOTATED).exists()


def test_a_picture_beyond_the_limit_is_refused(store, tmp_path):
    job, _ = work_on(store, make_film(tmp_path / "large.mp4"), settings=Settings(max_megapixels=0.01))
    assert job.error["type"] == "image-too-large" and "160x120" in job.error["detail"]


@pytest.mark.parametrize(
    "look", [Look(), Look(every=5, mode=Mode.FULL, blur=Blur.EXCEPT_NO_MASK, min_score=0.3)], ids=["plain", "all"]
)
def test_options_survive_a_file(look):
    options = FilmOptions("a film.webm", look)
    assert FilmOptions.from_dict(json.loads(json.dumps(options.to_dict()))) == options


@pytest.mark.parametrize(
    ("name", "sent"),
    [("a.MP4", "film.mp4"), ("../../etc/passwd", "film"), ("x.mp4/../../y", "film"), ("a.sh", "film"), ("", "film")],
)
def test_of_a_films_name_only_a_known_ending_reaches_the_disk(name, sent):
    assert FilmOptions(name, Look()).sent == sent
