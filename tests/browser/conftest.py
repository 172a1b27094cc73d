"""A real Chromium with a camera that plays a portrait, and the real app.

The fixtures that hold Playwright's event loop end with this package, so that no other test runs inside that loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maskcore.samples import SAMPLES
from tests.browser.chromium import NAMES, find_chromium, launch, write_camera
from tests.browser.servers import start_app

try:
    from playwright.sync_api import Browser, Page, expect, sync_playwright
except ImportError:
    Browser = Page = expect = Any
    sync_playwright = None

PATIENCE_MS = 60_000  # for one thing on a page to come true or to be done, on a busy machine with a cold server

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def fake_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The astronaut's portrait as an .mjpeg file."""
    return write_camera(tmp_path_factory.mktemp("camera") / "portrait.mjpeg", SAMPLES[0].path)


LaunchBrowser = Callable[[Path], Browser]


@pytest.fixture(scope="package")
def launch_browser() -> Iterator[LaunchBrowser]:
    """Start Chromium, headless, whose camera plays a film and is granted without asking: launch_browser(film)."""
    program = find_chromium()
    if sync_playwright is None:
        pytest.skip("Playwright is not installed: pip install -r requirements-dev.txt")
    if program is None:
        pytest.skip(f"No Chromium on the PATH ({', '.join(NAMES)}): apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browsers: list[Browser] = []

        def launch_with(film: Path) -> Browser:
            browsers.append(launch(playwright, program, film))
            return browsers[-1]

        yield launch_with
        for browser in browsers:
            browser.close()


@pytest.fixture(scope="package")
def chromium(launch_browser: LaunchBrowser, fake_camera: Path) -> Browser:
    """Chromium whose camera plays `fake_camera`."""
    return launch_browser(fake_camera)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open an address in a fresh profile: open_page(url, script=None, **options of Browser.new_context).

    `script` is JavaScript that runs in every frame before the page's own. All is closed after the test.
    """
    contexts = []

    def open_in_new_context(url: str, *, script: str | None = None, **options: Any) -> Page:
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if script is not None:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_in_new_context
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def streamlit_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as `make run` starts it, on a port of its own; gives its address."""
    folder = tmp_path_factory.mktemp("streamlit")
    with start_app(folder / "server.log", environment={"MASKCORE_DATA_DIR": str(folder)}) as url:
        yield url
