"""Small pictures of people in the history, where the operator lets them be kept: as they were shown, or not at all."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import pytest
from sqlalchemy import text

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page, expect

from maskcore.events.store import EventStore
from maskcore.imaging import decode_image
from maskcore.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.test_live import start, wait_for_faces
from tests.browser.waiting import settle, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEWEST_PICTURES = "[data-testid^='glide-cell-0-']"  # the first column of a table, as it is told to screen readers


def keep_a_history(page: Page) -> None:
    page.get_by_text("Keep a history").click()
    settle(page)


def blur_everybody(page: Page) -> None:
    box = page.get_by_role("combobox", name="Blur the faces of")
    box.scroll_into_view_if_needed()
    settle(page)  # a page that scrolls closes the list of choices
    box.click()
    page.get_by_role("option", name="Everybody", exact=True).click()
    expect(box).to_have_value("Everybody")
    settle(page)


def be_seen_and_leave(page: Page) -> None:
    """Stand before the camera until the model has counted somebody, then go to another page."""
    start(page)
    wait_for_faces(page, 1)
    expect(page.locator(".mc-facts dd").first).to_have_text("1")
    page.get_by_role("link", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check pictures")


def kept_pictures(store: EventStore) -> list[bytes]:
    """Of everybody in the history, the newest first."""
    with store.reading() as connection:
        return list(connection.execute(text("SELECT picture_jpeg FROM people ORDER BY id DESC")).scalars())


def detail(jpeg: bytes) -> float:
    """How sharp the face in the middle of a picture is; a mosaic has no edges."""
    picture = decode_image(jpeg, max_mb=1, max_megapixels=1)
    height, width = picture.shape[:2]
    face = picture[height // 4 : -height // 4, width // 4 : -width // 4]
    return float(cv2.Laplacian(face, cv2.CV_64F).std())


def test_pictures_are_kept_as_they_were_shown_of_who_came_while_a_history_was_wanted(
    open_page: OpenPage, tmp_path: Path
) -> None:
    environment = {"MASKCORE_DATA_DIR": str(tmp_path), "MASKCORE_KEEP_PICTURES": "1"}
    with start_app(tmp_path / "app.log", environment=environment) as url:
        unkept, blurred, sharp = (open_page(f"{url}/live") for _ in range(3))
        for page in (unkept, blurred, sharp):
            expect(page.get_by_text("With the history, a small picture of everybody's face is kept")).to_be_visible()
            settle(page)
        be_seen_and_leave(unkept)
        unkept.get_by_role("link", name="History").click()
        expect(unkept.get_by_text("Nothing yet")).to_be_visible()

        blur_everybody(blurred)
        store = EventStore(settings=Settings(data_dir=tmp_path))
        for count, page in enumerate((blurred, sharp), 1):
            keep_a_history(page)
            be_seen_and_leave(page)
            wait_until(page, lambda count=count: len(kept_pictures(store)) == count)

        pictures = kept_pictures(store)
        store.close()
        assert detail(pictures[0]) > 3 * detail(pictures[1]), "the second face is a mosaic"
        page = open_page(f"{url}/history")
        expect(page.get_by_text("Newest people")).to_be_visible()
        shown = page.get_by_test_id("stDataFrame").last.locator(NEWEST_PICTURES)
        expect(shown).to_have_count(2)
        told = [base64.b64decode(text.partition(",")[2]) for text in shown.all_text_contents()]
        assert told == pictures
