"""From a wrongly labelled face to a set that opens, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import expect

from maskcore.samples import SAMPLES
from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.test_data import PHONE
from tests.browser.waiting import expect_fits
from training.data import read

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the app keeps things; anew for each test, as one that failed leaves pictures behind."""
    return tmp_path


@pytest.fixture
def server(kept: Path) -> Iterator[str]:
    """The app as it comes, with a data folder of its own."""
    with start_app(kept / "server.log", environment={"MASKCORE_DATA_DIR": str(kept)}) as url:
        yield url


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_a_wrong_face_goes_with_consent_through_the_queue_into_a_set(
    open_page: OpenPage, server: str, kept: Path, options: dict
) -> None:
    page = open_page(f"{server}/upload", **options)
    page.locator("input[type=file]").set_input_files([SAMPLES[0].path])
    page.get_by_text("Something is wrong").click()
    give = page.get_by_role("button", name="This is wrong")
    expect(give).to_be_disabled()
    page.get_by_text("I may give these pictures away").click()
    expect(give).to_be_enabled()
    assert not list(kept.glob("review/*.jpg")), "the tick alone stores nothing"
    give.click()
    expect(page.get_by_text("Stored as mask")).to_be_visible()
    expect_fits(page)

    page.goto(f"{server}/data")
    page.get_by_role("radio", name="From use", exact=True).click()
    expect(page.get_by_text("a visitor's correction")).to_be_visible()
    expect_fits(page)
    page.get_by_role("button", name="Accept").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("use")
    name.press("Tab")
    page.get_by_role("button", name="Merge into a set").click()

    expect(page.get_by_text("recognised as Pascal VOC")).to_be_visible()
    assert read(kept / "sets/use").table["label"].tolist() == ["mask"]
    assert not list(kept.glob("review/*.jpg"))
