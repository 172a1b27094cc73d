"""The Video page in a real browser: a film goes through, plays, and is found again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import pandas as pd
import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page, expect

from maskcore.imaging import load_image
from maskcore.samples import SAMPLES
from maskcore.video.film import Film
from maskcore.video.writer import FilmWriter
from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.waiting import expect_fits, settle
from tests.maskcore.video.made import make_film

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS = 4
RATE = 10
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WORK_MS = 120_000  # on a busy machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a folder of its own for films."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MASKCORE_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        with start_app(tmp_path_factory.mktemp("streamlit") / "server.log") as url:
            yield url


@pytest.fixture(scope="module")
def portrait_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The astronaut, wandering, with a tone."""
    folder = tmp_path_factory.mktemp("film")
    times_s = [number / RATE for number in range(SECONDS * RATE)]
    sound = make_film(folder / "tone.mp4", times_s=times_s, sound=True)
    portrait_bgr = cv2.resize(load_image(SAMPLES[0].path, max_mb=10, max_megapixels=25), (480, 480))
    with FilmWriter(folder / "walk.mp4", size_wh=(400, 400), frames_per_s=RATE, sound=sound) as writer:
        for number, time_s in enumerate(times_s):
            left = 2 * (number % 40)
            writer.add(portrait_bgr[:400, left : left + 400], time_s=time_s)
    return folder / "walk.mp4"


@pytest.fixture
def page(open_page: OpenPage, server: str, portrait_film: Path) -> Page:
    """The page with the film's result."""
    page = open_page(f"{server}/video")
    page.locator("input[type=file]").set_input_files(portrait_film)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Delete this film")).to_be_visible(timeout=WORK_MS)
    settle(page)  # a page that runs on offers its files anew, and the old ones are gone
    return page


def download(page: Page, label: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value.path().read_bytes()


def test_a_film_goes_through_plays_and_can_be_taken_away(page: Page, tmp_path: Path) -> None:
    expect(page.get_by_text("1 person")).to_be_visible()
    film = page.locator("video")
    expect(film).not_to_have_js_property("readyState", 0)
    assert film.evaluate("v => v.duration") == pytest.approx(SECONDS, abs=0.3)
    assert film.evaluate("async v => { v.muted = true; await v.play(); return v.error }") is None
    expect(page.locator(".stVegaLiteChart")).to_have_count(2)

    (tmp_path / "back.mp4").write_bytes(download(page, "Film"))
    info = Film(tmp_path / "back.mp4").info
    assert info.size_wh == (400, 400) and info.has_audio
    people = pd.read_csv(io.BytesIO(download(page, "CSV")))
    assert list(people["label"]) == ["no_mask"]
    assert json.loads(download(page, "JSON"))["summary"]["people"] == 1


def test_the_address_leads_back_and_a_deleted_film_is_gone(page: Page, open_page: OpenPage) -> None:
    again = open_page(page.url, **PHONE)
    expect(again.get_by_text("1 person")).to_be_visible()
    expect_fits(again)

    page.get_by_role("button", name="Delete this film").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()

    again.reload()
    expect(again.get_by_text("no longer kept")).to_be_visible()


def test_a_reload_in_the_middle_finds_the_work_and_it_can_be_cancelled(
    open_page: OpenPage, server: str, tmp_path: Path
) -> None:
    long = make_film(tmp_path / "long.mp4", times_s=[number / 10 for number in range(4000)], size_wh=(640, 480))
    page = open_page(f"{server}/video")
    page.locator("input[type=file]").set_input_files(long)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("frames a second")).to_be_visible()

    page.reload()

    expect(page.get_by_text("frames a second")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("It was cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
