"""A real Chromium with a camera that plays a portrait, and the real app.

The fixtures that hold Playwright's event loop end with this package, so that no other test runs inside that loop.
"""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from maskcore.imaging import encode_jpeg, load_image
from maskcore.samples import SAMPLES
from tests.browser.servers import free_port, start_server

try:
    from playwright.sync_api import Browser, Page, expect, sync_playwright
except ImportError:
    Browser = Page = expect = Any
    sync_playwright = None

CAMERA_SIZE = (640, 480)
CAMERA_FRAMES = 60  # Chromium plays 30 a second and begins again at the end
PATIENCE_MS = 30_000  # for one thing on a page to come true, on a busy machine
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def fake_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of the astronaut's portrait, 640×480, swaying as before a camera held by hand; an .mjpeg file."""
    width, height = CAMERA_SIZE
    portrait_bgr = load_image(SAMPLES[0].path, max_mb=10, max_megapixels=25)
    zoom = 1.1 * width / portrait_bgr.shape[1]
    portrait_bgr = cv2.resize(portrait_bgr, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    spare = portrait_bgr.shape[1] - width
    path = tmp_path_factory.mktemp("camera") / "portrait.mjpeg"
    with path.open("wb") as file:
        for number in range(CAMERA_FRAMES):
            angle = 2 * math.pi * number / CAMERA_FRAMES
            x, y = round(spare * (0.5 + 0.3 * math.sin(angle))), round(12 + 8 * math.cos(angle))
            file.write(encode_jpeg(portrait_bgr[y : y + height, x : x + width]))
    return path


@pytest.fixture(scope="package")
def chromium(fake_camera: Path) -> Iterator[Browser]:
    """Chromium, headless, whose camera plays `fake_camera` and is granted without asking."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if sync_playwright is None:
        pytest.skip("Playwright is not installed: pip install -r requirements-dev.txt")
    if program is None:
        pytest.skip(f"No Chromium on the PATH ({', '.join(CHROMIUM_NAMES)}): apt-get install chromium")
    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={fake_camera}",
    ]
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open an address in a fresh profile: open_page(url, script=None, **options of Browser.new_context).

    `script` is JavaScript that runs in every frame before the page's own. All is closed after the test.
    """
    contexts = []

    def open_in_new_context(url: str, *, script: str | None = None, **options: Any) -> Page:
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
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
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true"]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("streamlit") / "server.log"
    with start_server([*command, "--server.port", str(port)], f"{url}/_stcore/health", log=log):
        yield url
