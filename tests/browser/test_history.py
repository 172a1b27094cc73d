"""The History page in a real browser far from Greenwich, over events that were made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Locator, Page, expect

from maskcore.events.store import EventStore
from maskcore.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.waiting import expect_fits, settle, wait_until
from tests.maskcore.events.made import make_alert, make_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KATHMANDU = {"timezone_id": "Asia/Kathmandu"}  # 5 h 45 min ahead
PHONE = KATHMANDU | {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def now() -> datetime:
    """When all of it happened; asked here, as a whole run begins hours, and perhaps a day, before these tests."""
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def server(now: datetime, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with three people at the door and one without a mask at the gate just now, and an alert."""
    folder = tmp_path_factory.mktemp("history")
    gate = make_person(first_at=now, camera="gate", label="no_mask")
    doors = [make_person(first_at=now, camera="door") for _ in range(3)]
    EventStore(settings=Settings(data_dir=folder)).write([gate, *doors, make_alert(at=now, camera="gate")])
    with start_app(folder / "server.log", environment={"MASKCORE_DATA_DIR": str(folder)}) as url:
        yield url


def tile(page: Page, name: str) -> Locator:
    return page.locator(".mc-tile", has_text=name).first.locator("strong")


def wait_for_people(page: Page, count: int) -> None:
    expect(tile(page, "People")).to_have_text(str(count))


def test_a_choice_goes_into_the_address_and_the_address_shows_the_same(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/history", **KATHMANDU)
    wait_for_people(page, 4)
    expect(tile(page, "Mask")).to_have_text(re.compile("^75%"))

    page.get_by_role("combobox", name="Camera").click()
    page.get_by_role("option", name="gate").click()
    page.keyboard.press("Escape")
    wait_for_people(page, 1)
    page.get_by_role("radio", name="30 days", exact=True).click()
    expect(page).to_have_url(re.compile("camera=gate.*time=30|time=30.*camera=gate"))

    again = open_page(page.url, **KATHMANDU)
    wait_for_people(again, 1)
    expect(again.get_by_text("the 30 days before").first).to_be_visible()


def test_a_bar_tells_its_hour_by_the_visitors_clock(open_page: OpenPage, server: str, now: datetime) -> None:
    page = open_page(f"{server}/history?time=7+days&by=Days", **KATHMANDU)
    wait_for_people(page, 4)
    chart = page.get_by_test_id("stVegaLiteChart").nth(1)
    settle(page)
    told = page.locator("#vg-tooltip-element")

    def ask() -> bool:
        """Point at the last bar, as people do until a chart that is still being drawn answers."""
        width, height = chart.evaluate("chart => [chart.clientWidth, chart.clientHeight]")
        for share in (0.96, 0.97):
            chart.hover(position={"x": share * width, "y": 0.6 * height})
        return told.is_visible()

    wait_until(page, ask)

    here = now.astimezone(ZoneInfo(KATHMANDU["timezone_id"]))
    expect(told).to_contain_text(f"{here:%a %d %B %Y}")
    expect(told).to_contain_text(re.compile(r"With a mask, percent\s*75"))


def test_the_file_holds_everybody_of_the_choice(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/history?camera=door", **KATHMANDU)
    wait_for_people(page, 3)
    settle(page)  # a page that runs on offers its file anew, and the old one is gone

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Parquet").click()

    table = pd.read_parquet(waiting.value.path())
    assert list(table["camera"]) == ["door"] * 3


def test_a_filled_page_fits_a_phone(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/history", **PHONE)
    wait_for_people(page, 4)
    expect_fits(page)


def test_an_empty_history_leads_to_where_it_begins(open_page: OpenPage, tmp_path: Path) -> None:
    with start_app(tmp_path / "server.log", environment={"MASKCORE_DATA_DIR": str(tmp_path)}) as url:
        page = open_page(f"{url}/history")
        expect(page.get_by_text("Nothing yet")).to_be_visible()

        page.get_by_role("button", name="Go to Live").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
