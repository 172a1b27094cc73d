"""The Live page before a camera with people of known number and masks: counted once, alerted of once, kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Browser, Page, TimeoutError, expect

from maskcore.events.store import EventStore
from maskcore.settings import Settings
from pages.ui.bitrate import LEAST_BITS_PER_S
from tests.browser.conftest import PATIENCE_MS, LaunchBrowser
from tests.browser.scenes import SECONDS, WALKERS, write_walkers
from tests.browser.servers import start_app
from tests.browser.test_live import KEEP_CONNECTION, player, start, stop
from tests.browser.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The figures beside these names, all at once.
SHOWS = """
(truth) => {
  const names = [...document.querySelectorAll(".mc-facts dt")];
  return Object.entries(truth).every(([name, count]) => names.some((term) =>
    term.textContent === name && parseInt(term.nextSibling.textContent) === count));
}
"""
# What the browser tells about the video that it sends; null before it sends some.
SENT = """
async () => [...(await window.connection.getStats()).values()].find((each) => each.type === "outbound-rtp") ?? null
"""
GOES = 4
BARE = [walker for walker in WALKERS if "masked" not in walker.portrait]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_walkers(tmp_path_factory.mktemp("walkers") / "walkers.mjpeg")


@pytest.fixture
def browser(launch_browser: LaunchBrowser, film: Path) -> Iterator[Browser]:
    browser = launch_browser(film)
    yield browser
    browser.close()


def open_live(browser: Browser, url: str, **options: Any) -> Page:
    page = browser.new_page(**options)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/live")
    return page


def fact(page: Page, name: str) -> str:
    """What stands beside a name in the lists of figures."""
    return page.locator(".mc-facts dt", has_text=re.compile(f"^{name}$")).locator("+ dd").inner_text()


def watch_the_film(page: Page, truth: dict[str, int]) -> None:
    """Start until the figures have been true: the film runs on while a busy machine is still starting the video."""
    shown = []
    for _ in range(GOES):
        start(page)
        try:
            # true while the last has gone and the film has not begun again
            page.wait_for_function(SHOWS, arg=truth, timeout=1000 * SECONDS)
        except TimeoutError:
            shown.append({name: fact(page, name) for name in truth})
            stop(page)
        else:
            return
    pytest.fail(f"The page showed {shown}, never {truth}.")


def ask(store: EventStore, query: str) -> list[tuple[Any, ...]]:
    """Rows of what was kept."""
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_everybody_is_counted_once_alerted_of_once_and_kept(browser: Browser, tmp_path: Path) -> None:
    with start_app(tmp_path / "app.log", environment={"MASKCORE_DATA_DIR": str(tmp_path)}) as url:
        page = open_live(browser, url, viewport={"width": 1280, "height": 1000})
        # a cold server loses the beginning of the film; it counts from a second start on
        start(page)
        expect(page.locator(".mc-facts dt").first).to_be_visible()
        stop(page)

        page.get_by_role("tab", name="Alerts").click()
        page.get_by_text("When somebody is without a mask").click()
        seconds = page.get_by_role("slider", name="for so many seconds")
        expect(seconds).to_be_enabled()
        seconds.press("Home")  # one second
        expect(
            page.get_by_role("group", name="for so many seconds").get_by_text("1", exact=True).nth(1)
        ).to_be_visible()
        page.get_by_text("Keep a history").click()

        masked = len(WALKERS) - len(BARE)
        labels = [("mask",)] * masked + [("no_mask",)] * len(BARE)
        truth = {"People": len(WALKERS), "Without": len(BARE), "With a mask": masked}
        watch_the_film(page, truth)
        expect(page.locator(".mc-alert")).to_contain_text("without a mask for 1 second")
        expect(page.get_by_text("Alerts (1)")).to_be_visible()

        stop(page)
        store = EventStore(settings=Settings(data_dir=tmp_path))
        # the last go's; a thread of the server writes them
        wait_until(page, lambda: sorted(ask(store, "SELECT label FROM people")[-len(WALKERS) :]) == labels)
    assert set(ask(store, "SELECT camera, picture_jpeg FROM people")) == {("Browser", None)}
    assert set(ask(store, "SELECT rule, camera FROM alerts")) == {("without_mask", "Browser")}
    store.close()


def test_without_the_switch_nothing_is_kept(browser: Browser, tmp_path: Path) -> None:
    with start_app(tmp_path / "app.log", environment={"MASKCORE_DATA_DIR": str(tmp_path)}) as url:
        page = open_live(browser, url)
        start(page)
        expect(page.locator(".mc-facts dd").first).not_to_have_text(re.compile("^[0–]$"))
    assert [path.name for path in tmp_path.iterdir()] == ["app.log"]


def test_two_visitors_and_a_camera_of_the_network_work_side_by_side(
    browser: Browser, film: Path, tmp_path: Path
) -> None:
    cameras = {"MASKCORE_CAMERAS": json.dumps({"Door": str(film)}), "MASKCORE_DATA_DIR": str(tmp_path)}
    with start_app(tmp_path / "app.log", environment=cameras) as url:
        own, door = open_live(browser, url), open_live(browser, url)
        door.get_by_role("button", name="Door").or_(door.get_by_role("radio", name="Door")).click()
        start(own)
        start(door)
        for page in (own, door):
            expect(page.locator(".mc-facts dd").first).not_to_have_text(re.compile("^[0–]$"))
            video = player(page).locator("video")
            expect(video).to_be_visible()
            expect(video).not_to_have_js_property("videoWidth", 0)


def test_a_scene_that_stands_still_leaves_the_browser_room_for_who_comes(browser: Browser, tmp_path: Path) -> None:
    with start_app(tmp_path / "app.log", environment={"MASKCORE_DATA_DIR": str(tmp_path)}) as url:
        page = browser.new_page()
        page.add_init_script(KEEP_CONNECTION)
        page.goto(f"{url}/live")
        start(page)
        frame = player(page).locator("video").element_handle(timeout=PATIENCE_MS).owner_frame()
        assert frame is not None
        wait_until(page, lambda: (frame.evaluate(SENT) or {}).get("framesSent", 0) > 300)  # ten seconds' worth
        # 30,000 to 90,000 where the little that an empty room takes passes for all that can be sent
        assert frame.evaluate(SENT)["targetBitrate"] > LEAST_BITS_PER_S / 2
