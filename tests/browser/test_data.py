"""The Data page in a real browser, over a set that was drawn."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.training.data.drawn import write_voc
from training.data.notes import Edit, load_notes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = (20.0, 20.0, 60.0, 80.0)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of twenty pictures, each with a masked face."""
    root = tmp_path_factory.mktemp("root")
    return write_voc(root / "drawn", {f"p{number:02}": [("with_mask", BOX)] for number in range(20)})


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, whose operator named the set's parent."""
    kept = tmp_path_factory.mktemp("kept")
    environment = {"MASKCORE_DATA_ROOT": str(folder.parent), "MASKCORE_DATA_DIR": str(kept)}
    with start_app(kept / "server.log", environment=environment) as url:
        yield url


def show(page: Page, part: str) -> None:
    page.get_by_role("radio", name=part, exact=True).click()


def test_a_set_is_opened_looked_at_mended_and_taken_away(open_page: OpenPage, server: str, folder: Path) -> None:
    page = open_page(f"{server}/data")
    page.get_by_test_id("stBaseButton-primary").click()
    expect(page.get_by_text("recognised as Pascal VOC")).to_be_visible()
    expect(page.get_by_alt_text("p00.png with its boxes")).to_be_visible()
    assert page.evaluate("document.querySelector('img[alt^=p00]').naturalWidth") == 160, "the browser draws it"

    show(page, "Statistics")
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(8)
    expect(page.get_by_text("There is no face without a mask")).to_be_visible()

    show(page, "Pictures")
    page.get_by_role("button", name="Look closer").first.click()
    page.get_by_role("button", name="Leave this picture out").click()
    undo = page.get_by_role("button", name="Undo the last correction")
    expect(undo).to_be_visible()
    expect(page.locator(".mc-tile", has_text="Pictures").locator("strong")).to_have_text("19")
    (edit,) = load_notes(folder).edits
    assert edit == Edit(edit.image)

    show(page, "Take away")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ZIP file").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        assert sum(name.startswith("images/") for name in archive.namelist()) == 19

    undo.click()
    expect(page.locator(".mc-tile", has_text="Pictures").locator("strong")).to_have_text("20")


def test_the_address_leads_back_to_the_set(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/data?set=server/drawn")
    expect(page.get_by_text("recognised as Pascal VOC")).to_be_visible()


@pytest.mark.parametrize("part", ["Overview", "Statistics", "Pictures", "What is wrong", "Take away"])
def test_every_part_fits_a_phone(open_page: OpenPage, server: str, part: str) -> None:
    page = open_page(f"{server}/data?set=server/drawn", **PHONE)
    show(page, part)
    page.wait_for_timeout(1500)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
