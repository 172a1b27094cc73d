"""The Upload page in a real browser."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page, expect

from maskcore.imaging import load_image
from maskcore.samples import SAMPLES
from tests.browser.conftest import OpenPage
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORTRAIT = SAMPLES[0].path


@pytest.fixture
def page(open_page: OpenPage, streamlit_server: str, tmp_path: Path) -> Page:
    """The page after a portrait and a file cut short were sent together."""
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(PORTRAIT.read_bytes()[:5000])
    page = open_page(f"{streamlit_server}/upload")
    page.locator("input[type=file]").set_input_files([PORTRAIT, broken])
    expect(page.get_by_text("2 pictures, 1 not read")).to_be_visible()
    settle(page)  # a page that runs on offers its files anew, and the old ones are gone
    return page


def download(page: Page, label: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).last.click()
    return waiting.value.path()


def test_a_damaged_file_has_its_own_error_beside_the_result(page: Page) -> None:
    expect(page.get_by_text(re.compile("^1 face: no mask"))).to_be_visible()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("broken.jpg")
    expect(alert).to_contain_text("damaged or cut short")


def test_the_marked_picture_has_the_size_of_the_one_sent(page: Page) -> None:
    limits = {"max_mb": 50, "max_megapixels": 25}
    sent_bgr = load_image(PORTRAIT, **limits)

    marked_bgr = load_image(download(page, "Marked picture"), **limits)

    assert marked_bgr.shape == sent_bgr.shape
    assert (marked_bgr != sent_bgr).any()


def test_the_table_of_all_pictures_holds_the_face_and_the_error(page: Page) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").first.click()

    table = pd.read_csv(io.BytesIO(waiting.value.path().read_bytes()))

    assert list(table["image"]) == ["astronaut.jpg", "broken.jpg"]
    assert table.loc[0, "label"] == "no_mask"
    assert "damaged or cut short" in table.loc[1, "error"]
