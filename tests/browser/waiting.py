"""Waiting for the truth about a page, in place of waiting for some time and asking."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.conftest import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Whether, before so many milliseconds are over, Streamlit has run, all that it brings later is there, and the page has
# looked the same for thirty frames: on a busy machine frames take longer, and so does this.
SETTLES = """
async (patience_ms) => {
  const looks = () => {
    const main = document.querySelector(".stMain");
    const ran = document.querySelector("[data-test-script-state='notRunning']");
    const loading = document.querySelector("[data-testid='stSkeleton']");
    if (!main || !ran || loading || [...document.images].some((image) => !image.complete)) return null;
    return [main.scrollWidth, main.scrollHeight, main.querySelectorAll("*").length].join();
  };
  const ends = performance.now() + patience_ms;
  for (let before = null, same = 0; performance.now() < ends; ) {
    await new Promise(requestAnimationFrame);
    const now = looks();
    same = now !== null && now === before ? same + 1 : 0;
    before = now;
    if (same === 30) return true;
  }
  return false;
}
"""


def settle(page: Page) -> None:
    """Until a page of Streamlit shows all of what it has begun to show.

    A busy server may still have to learn of a click: wait for the first sign of what was asked for, then for this.
    """
    assert page.evaluate(SETTLES, PATIENCE_MS), f"the page was not still within {PATIENCE_MS / 1000:g} s"


def expect_fits(page: Page) -> None:
    """The settled page needs no scrolling sideways."""
    settle(page)
    assert page.viewport_size is not None
    # tables scroll by themselves, so it is the page that is asked
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= page.viewport_size["width"]


def wait_until(page: Page, happened: Callable[[], bool], *, timeout_ms: float = PATIENCE_MS) -> None:
    """Until something beside the page has happened; the page's own events arrive meanwhile."""
    ends_s = time.monotonic() + timeout_ms / 1000
    while not happened():
        assert time.monotonic() < ends_s, f"it did not happen within {timeout_ms / 1000:g} s"
        page.wait_for_timeout(50)
