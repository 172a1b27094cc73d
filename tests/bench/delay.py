"""python -m tests.bench.delay: how long after the camera the marked picture is on the screen, in a real Chromium.

The fake camera plays a film whose frames are numbered by black and white cells. The page shows it twice: as the marked
video that comes back, and by a second view of the same camera; the difference of both numbers is the delay.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.chromium import find_chromium, launch
from tests.browser.scenes import BITS, FPS, READ_CLOCK, write_clock
from tests.browser.servers import start_app

SAMPLES = 60
CYCLE = 600  # frames of the film
SECOND_VIEW = """
async () => {
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  await video.play();
  window.secondView = video;
}
"""
BOTH = f"""
() => {{
  const read = {READ_CLOCK};
  const frame = document.querySelector("iframe[title^='streamlit_webrtc']");
  const marked = frame.contentDocument.querySelector("video");
  return [read(window.secondView), marked ? read(marked) : -1];
}}
"""


def main() -> None:
    """Print the delay in milliseconds, as usual and with each frame slowed by a tenth of a second."""
    program = find_chromium()
    if program is None:
        raise SystemExit("No Chromium on the PATH: apt-get install chromium")
    figures = {}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        browser = launch(playwright, program, write_clock(folder / "clock.mjpeg", seconds=CYCLE / FPS))
        for name, start in (("usual", ("-m", "streamlit")), ("slowed by 100 ms", ("-m", "tests.browser.slow_app"))):
            with start_app(folder / "app.log", program=start) as url:
                page = browser.new_page()
                page.goto(f"{url}/live")
                figures[name] = measure(page)
                page.close()
        browser.close()
    if "--json" in sys.argv:
        print(json.dumps(figures))
        return
    for name, row in figures.items():
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in row.items()))


def measure(page: Page) -> dict[str, float]:
    """Delays of one page, in milliseconds."""
    page.get_by_text("Mirror", exact=True).click()  # the clock reads from left to right
    expect(page.locator("[data-test-script-state='notRunning']")).to_be_visible(timeout=60_000)
    page.frame_locator("iframe[title^='streamlit_webrtc']").get_by_role("button", name="Start").click()
    expect(page.get_by_text("Running", exact=True)).to_be_visible(timeout=60_000)
    page.evaluate(SECOND_VIEW)
    page.wait_for_timeout(5000)
    behind = []
    for _ in range(SAMPLES):
        camera, marked = page.evaluate(BOTH)
        if 0 <= camera < 1 << BITS and 0 <= marked < 1 << BITS:
            behind.append((camera - marked) % CYCLE)
        page.wait_for_timeout(137)
    ms = np.array(behind) * 1000 / FPS
    facts = page.locator(".mc-facts dd").all_inner_texts()
    return {
        "median_ms": round(median(ms)),
        "p95_ms": round(float(np.percentile(ms, 95))),
        "frames_per_s": float(facts[-4]),
        "samples": len(behind),
    }


if __name__ == "__main__":
    main()
