"""Video: a film goes in, its work can be left and found again, and every end is told with a way on."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from maskcore.jobs.films import ANNOTATED, FilmOptions
from maskcore.jobs.job import Job, State
from maskcore.jobs.store import JobStore
from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.types import FrameResult
from maskcore.video.annotate import Look
from tests.factories import FakeDetector
from tests.maskcore.jobs.waiting import wait_for
from tests.maskcore.video.made import make_film
from tests.pages.conftest import RunPage, words

UNUSABLE = {"state": State.FAILED, "error": {"type": "video-decode", "title": "", "detail": "It is no video."}}
UNLUCKY = {"state": State.FAILED, "error": {"type": "error", "title": "", "detail": "The disk is full."}}


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JobStore:
    """Where the page keeps films."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "data"))
    return JobStore(tmp_path / "data" / "films")


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    return make_film(tmp_path / "film.mp4", sound=True).read_bytes()


@pytest.fixture
def detector(detector: FakeDetector, monkeypatch: pytest.MonkeyPatch) -> FakeDetector:
    """The fake takes the names of sizes too, and waits at `gate` where a test closes it."""
    real = detector.detect
    detector.gate = threading.Event()  # type: ignore[attr-defined]
    detector.gate.set()  # type: ignore[attr-defined]

    def detect(image_bgr: Any, *, input_size: Mode | None = None, **options: Any) -> FrameResult:
        detector.gate.wait(20)  # type: ignore[attr-defined]
        result = real(image_bgr, **options)
        detector.calls[-1]["input_size"] = input_size
        return result

    monkeypatch.setattr(detector, "detect", detect)
    return detector


def send(page: AppTest, film: bytes, name: str = "door.mp4") -> AppTest:
    page.file_uploader[0].set_value((name, film, "video/mp4")).run()
    return button(page, "Start").click().run()


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def job_of(page: AppTest) -> str:
    return page.query_params["job"][0] if isinstance(page.query_params["job"], list) else page.query_params["job"]


def done(page: AppTest, store: JobStore) -> AppTest:
    wait_for(store, job_of(page), State.DONE)
    page.run()
    assert not page.exception
    return page


def kept(store: JobStore, **changes: Any) -> Job:
    """A job that another, dead process left, with its film."""
    options = FilmOptions("old.mp4", Look())
    job = store.add(options.to_dict(), {options.sent: io.BytesIO(b"no film")}, owner="0" * 32)
    store.save(replace(job, **changes))
    return job


def open_job(run_page: RunPage, job_id: str) -> AppTest:
    page = run_page("video.py")
    page.query_params["job"] = job_id
    return page.run()


def test_without_a_film_nothing_can_be_started(run_page: RunPage, store: JobStore) -> None:
    page = run_page("video.py")

    assert button(page, "Start").disabled
    assert "200 MB" in words(page)
    assert str(store.folder) in words(page) and "24 hours" in words(page)


def test_a_film_becomes_a_marked_film_with_its_story(run_page: RunPage, film: bytes, store: JobStore) -> None:
    page = done(send(run_page("video.py"), film), store)

    assert page.subheader[0].value == "1 person"
    assert "door.mp4" in words(page)
    assert len(page.get("video")) == 1
    assert len(page.get("vega_lite_chart")) == 2
    assert [each.label for each in page.get("download_button")] == ["Film", "CSV", "JSON"]
    table = page.dataframe[0].value
    assert list(table["Worn"]) == ["✓ Mask"]
    assert table["Picture"][0].startswith("data:image/jpeg;base64,")


def test_choices_reach_the_work(run_page: RunPage, film: bytes, store: JobStore, detector: FakeDetector) -> None:
    page = run_page("video.py")
    page.selectbox("film_every").set_value(5)
    page.selectbox("film_mode").set_value(Mode.FULL)
    page.selectbox("film_blur").set_value("All but those without a mask")

    job = wait_for(store, job_of(send(page, film)))

    assert FilmOptions.from_dict(job.options) == FilmOptions("door.mp4", Look(5, Mode.FULL, Blur.EXCEPT_NO_MASK, 0.5))
    assert [call["input_size"] for call in detector.calls] == [Mode.FULL] * 3, "the 1st, 6th and 10th frame"


def test_work_goes_on_while_nobody_looks_and_is_found_again(
    run_page: RunPage, film: bytes, store: JobStore, detector: FakeDetector
) -> None:
    detector.gate.clear()  # type: ignore[attr-defined]
    page = send(run_page("video.py"), film)
    job_id = job_of(page)
    assert "the work goes on" in words(page)

    again = open_job(run_page, job_id)
    assert "the work goes on" in words(again)

    detector.gate.set()  # type: ignore[attr-defined]
    assert done(again, store).subheader[0].value == "1 person"


def test_coming_back_from_another_page_leads_to_the_same_film(run_page: RunPage, film: bytes, store: JobStore) -> None:
    page = done(send(run_page("video.py"), film), store)
    job_id = job_of(page)

    page.query_params.clear()
    page.run()

    assert job_of(page) == job_id and page.subheader[0].value == "1 person"


def test_a_running_film_can_be_cancelled_and_started_again(
    run_page: RunPage, film: bytes, store: JobStore, detector: FakeDetector
) -> None:
    detector.gate.clear()  # type: ignore[attr-defined]
    page = send(run_page("video.py"), film)
    button(page, "Cancel").click().run()
    detector.gate.set()  # type: ignore[attr-defined]
    wait_for(store, job_of(page), State.CANCELLED)
    page.run()
    assert "cancelled" in page.info[0].value

    button(page, "Start again").click().run()

    assert done(page, store).subheader[0].value == "1 person"


def test_what_is_no_film_is_told_with_its_name_and_a_way_on(run_page: RunPage, store: JobStore) -> None:
    page = send(run_page("video.py"), b"no film at all", "odd.mp4")
    wait_for(store, job_of(page), State.FAILED)
    page.run()

    assert "odd.mp4" in page.error[0].value and "save it again as MP4" in page.error[0].value
    button(page, "Another film").click().run()
    assert len(page.file_uploader) == 1


def test_a_film_cut_short_says_so_beside_what_could_be_read(run_page: RunPage, tmp_path: Path, store: JobStore) -> None:
    whole = make_film(tmp_path / "whole.mkv", times_s=[number / 10 for number in range(100)]).read_bytes()

    page = done(send(run_page("video.py"), whole[: len(whole) // 2], "cut.mkv"), store)

    assert "may be cut off" in page.warning[0].value
    assert len(page.get("video")) == 1


def test_a_film_whose_server_died_is_told_and_can_be_started_again(run_page: RunPage, store: JobStore) -> None:
    job = kept(store, state=State.RUNNING)

    page = open_job(run_page, job.id)

    assert "server stopped" in page.info[0].value
    assert button(page, "Start again")


@pytest.mark.parametrize(
    ("changes", "sent", "offered"),
    [
        pytest.param(UNLUCKY, True, True, id="a full disk may have room now"),
        pytest.param(UNLUCKY, False, False, id="its film is gone"),
        pytest.param(UNUSABLE, True, False, id="the film is what was wrong"),
    ],
)
def test_what_failed_is_told_and_can_start_again_where_that_may_help(
    run_page: RunPage, store: JobStore, changes: dict[str, Any], sent: bool, offered: bool
) -> None:
    job = kept(store, **changes)
    if not sent:
        (store.path(job.id) / "film.mp4").unlink()

    page = open_job(run_page, job.id)

    assert changes["error"]["detail"] in page.error[0].value and "old.mp4" in page.error[0].value
    assert ("Start again" in [each.label for each in page.button]) == offered


def test_a_film_without_people_shows_the_film_and_no_empty_charts(
    run_page: RunPage, film: bytes, store: JobStore, detector: FakeDetector
) -> None:
    detector.faces = ()

    page = done(send(run_page("video.py"), film), store)

    assert page.subheader[0].value == "Nobody found"
    assert len(page.get("video")) == 1 and not page.get("vega_lite_chart") and not page.dataframe


def test_a_deleted_film_is_gone_from_the_disk(run_page: RunPage, film: bytes, store: JobStore) -> None:
    page = done(send(run_page("video.py"), film), store)
    folder = store.path(job_of(page))
    assert (folder / ANNOTATED).exists()

    button(page, "Delete this film").click().run()

    assert not folder.exists()
    assert len(page.file_uploader) == 1


@pytest.mark.parametrize("job_id", ["f" * 32, "../../etc"])
def test_an_address_without_a_film_says_so_and_takes_a_new_one(run_page: RunPage, job_id: str) -> None:
    page = open_job(run_page, job_id)

    assert "no longer kept" in page.info[0].value
    assert len(page.file_uploader) == 1 and "job" not in page.query_params


def test_a_name_is_shown_as_it_is_and_never_as_html(run_page: RunPage, film: bytes, store: JobStore) -> None:
    page = done(send(run_page("video.py"), film, "<img src=x>.mp4"), store)

    assert "&lt;img src=x&gt;.mp4" in words(page)
