"""Half an hour of two visitors who start and stop: memory, threads and speed stay where they were.

make soak; SOAK_MINUTES makes it shorter.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page

from tests.browser.conftest import LaunchBrowser
from tests.browser.scenes import write_walkers
from tests.browser.servers import ROOT, free_port, start_server
from tests.browser.test_live import expect_running, start, stop

pytestmark = [pytest.mark.browser, pytest.mark.soak]

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
WATCH_S = 25.0
SETTLED = 3  # rounds until everything that is loaded once is loaded
GROWTH_MB, GROWTH_THREADS = 60, 4


def watch_once(page: Page) -> None:
    """Start, watch for a while, stop."""
    start(page)
    expect_running(page)
    page.wait_for_timeout(WATCH_S * 1000)
    stop(page)


def test_memory_and_threads_stay_where_they_were(
    launch_browser: LaunchBrowser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = launch_browser(write_walkers(tmp_path / "walkers.mjpeg"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(ROOT / ".venv/bin/python"), "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.port", str(port)]
    environment = {"MASKCORE_DATA_DIR": str(tmp_path)}
    rows = []
    with start_server(command, f"{url}/_stcore/health", log=tmp_path / "app.log", environment=environment) as server:
        look = reader(server.pid)
        pages = [browser.new_page() for _ in range(2)]
        for page in pages:
            page.goto(f"{url}/live")
        end = time.monotonic() + MINUTES * 60
        while time.monotonic() < end or len(rows) <= SETTLED:
            for page in pages:
                watch_once(page)
            rows.append(look())
            with capsys.disabled():
                print(f"\nround {len(rows)}: {rows[-1][0]:.0f} MB, {rows[-1][1]} threads", end="")
    settled, last = rows[SETTLED - 1], rows[-1]
    assert last[0] - settled[0] < GROWTH_MB, f"megabytes and threads by round: {rows}"
    assert last[1] - settled[1] < GROWTH_THREADS, f"megabytes and threads by round: {rows}"


def reader(pid: int) -> Callable[[], tuple[float, int]]:
    """Resident megabytes and threads of a process."""

    def look() -> tuple[float, int]:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"])

    return look
