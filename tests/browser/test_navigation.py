"""Ways through the app, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLES = {
    "/": "Who wears a mask?",
    "/live": "Live",
    "/upload": "Check pictures",
    "/video": "Check a film",
    "/history": "History",
    "/data": "Data",
    "/training": "Training",
}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_every_page_is_a_click_away(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(streamlit_server)

    for name, path in (("Live", "/live"), ("Upload", "/upload"), ("History", "/history"), ("Home", "/")):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path])


def test_the_keyboard_shows_which_page_it_would_open(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(streamlit_server)
    link = page.get_by_role("link", name="Upload")
    expect(link).to_be_visible()
    settle(page)

    for _ in range(4):  # past the way to the content, Home and Live
        page.keyboard.press("Tab")

    expect(link).to_be_focused()
    expect(link).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["/upload"])


def test_a_pages_own_address_opens_the_whole_app_on_a_fresh_server(open_page: OpenPage, tmp_path: Path) -> None:
    with start_app(tmp_path / "server.log") as url:
        page = open_page(f"{url}/live")

        expect(page.get_by_role("link", name="Upload")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        expect(page.get_by_text("streamlit app")).to_have_count(0)
        assert urlsplit(page.url).path == "/live"


def test_home_leads_to_the_camera(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(streamlit_server)

    page.get_by_role("button", name="Start the camera").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Live")


def test_a_sample_on_home_is_answered_in_place(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(streamlit_server)

    page.get_by_role("button", name="Astronaut", exact=True).click()

    expect(page.locator(".mc-sentence[role=status]")).to_contain_text("1 face: no mask")


@pytest.mark.parametrize("path", TITLES)
def test_nothing_is_fetched_from_elsewhere_and_no_script_fails(
    open_page: OpenPage, streamlit_server: str, path: str
) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    failures: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))

    page.goto(streamlit_server + path)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path])
    settle(page)
    page.wait_for_load_state("networkidle")

    hosts = {urlsplit(url).hostname for url in asked if url.startswith("http")}
    assert hosts == {"127.0.0.1"}
    assert failures == []


@pytest.mark.parametrize("path", TITLES)
def test_a_phone_needs_no_scrolling_sideways(open_page: OpenPage, streamlit_server: str, path: str) -> None:
    page = open_page(streamlit_server + path, **PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path])
    settle(page)

    widest = "Math.max(...[...document.querySelectorAll('.stMain *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(widest) <= 390
