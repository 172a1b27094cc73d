"""Take the README's screenshots anew: python -m tests.browser.screenshots [FOLDER]. Public-domain portraits only."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from maskcore.samples import SAMPLES
from tests.browser.chromium import find_chromium, launch, write_camera
from tests.browser.servers import ROOT, start_api, start_app

PATIENCE_MS = 60_000
WIDTH = 1280  # pixels
MASKED = next(sample for sample in SAMPLES if sample.name == "grace_hopper_masked")


def show_home(page: Page) -> None:
    page.get_by_role("button", name=MASKED.title, exact=True).click()
    expect(page.get_by_alt_text(f"{MASKED.title} with the faces marked")).to_be_visible()
    page.mouse.move(1, 1)  # no tooltip in the way


def show_live(page: Page) -> None:
    page.frame_locator("iframe[title^='streamlit_webrtc']").get_by_role("button", name="Start").click()
    expect(page.get_by_text("Running", exact=True)).to_be_visible()
    page.wait_for_timeout(5000)  # until the figures are means over some seconds


def show_upload(page: Page) -> None:
    page.locator("input[type=file]").set_input_files([SAMPLES[0].path, MASKED.path])
    expect(page.get_by_text("2 pictures")).to_be_visible()
    for sample in (SAMPLES[0], MASKED):
        expect(page.get_by_alt_text(f"{sample.path.name}, faces marked")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(2)


def show_api(page: Page) -> None:
    page.get_by_role("button", name="Start camera").click()
    page.wait_for_timeout(5000)


# Name, path, how to bring the page to where it shows something, and the height of the window.
SHOTS = [("home", "/", show_home, 900), ("live", "/live", show_live, 860), ("upload", "/upload", show_upload, 1240)]


def main() -> None:
    """Start the app, bring every page to where it shows something, and take its picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    program = find_chromium()
    if program is None:
        raise SystemExit("No Chromium on the PATH: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        camera = write_camera(Path(temporary) / "portrait.mjpeg", SAMPLES[0].path)
        logs = Path(temporary)
        with start_app(logs / "app.log") as app, start_api(logs / "api.log") as api:
            browser = launch(playwright, program, camera)
            shots = [(name, app + path, show, height) for name, path, show, height in SHOTS]
            for name, url, show, height in [*shots, ("api", api, show_api, 860)]:
                page = browser.new_page(viewport={"width": WIDTH, "height": height})
                page.goto(url)
                show(page)
                page.wait_for_timeout(1500)
                page.screenshot(path=folder / f"{name}.png")
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
