"""The Training page in a real browser: a run that is real, from its start to the model that answers on Upload."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page, expect

from maskcore import MaskDetector
from maskcore.imaging import load_image
from maskcore.models import SHIPPED, load_manifest
from maskcore.samples import SAMPLES
from maskcore.serving import LOOK_EVERY_S
from pages.ui.training_charts import curve_frame
from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.training_app import RUNS_VARIABLE
from tests.browser.waiting import expect_fits, settle, wait_until
from tests.training.data.drawn import write_voc
from training.runs.folder import RunFolder, list_runs
from training.runs.queue import pause_run

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROGRAM = ("-m", "tests.browser.training_app")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WORK_MS = 600_000  # for a process that imports TensorFlow and trains, on a busy machine
SCENE, PORTRAIT_HEIGHT = (400, 320), 150  # pixels


def write_portraits(folder: Path, count: int = 60) -> None:
    """Made scenes with two of the sample portraits in each, boxed, as Pascal VOC."""
    random, detector, portraits = np.random.default_rng(0), MaskDetector(SHIPPED), []
    for sample in SAMPLES:
        image_bgr = load_image(sample.path, max_mb=10, max_megapixels=25)
        scale = PORTRAIT_HEIGHT / image_bgr.shape[0]
        (face,) = detector.detect(image_bgr).faces
        name = "with_mask" if sample.name.endswith("masked") else "without_mask"
        portraits.append((cv2.resize(image_bgr, None, fx=scale, fy=scale), scale * np.array(face.box), name))
    objects, pasted = {}, {}
    for number in range(count):
        stem = f"{number:02}"
        objects[stem], pasted[stem] = [], []
        for half in (0, SCENE[0] // 2):
            portrait, box, name = portraits[random.integers(len(portraits))]
            left = half + random.integers(SCENE[0] // 2 - portrait.shape[1])
            top = random.integers(SCENE[1] - PORTRAIT_HEIGHT)
            objects[stem].append((name, (box + [left, top, left, top]).tolist()))
            pasted[stem].append((portrait, left, top))
    write_voc(folder, objects, size=SCENE)
    for stem, parts in pasted.items():
        scene = cv2.imread(str(folder / "images" / f"{stem}.png"))
        for portrait, left, top in parts:
            scene[top : top + portrait.shape[0], left : left + portrait.shape[1]] = portrait
        cv2.imwrite(str(folder / "images" / f"{stem}.png"), scene)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Where an app finds data sets, and keeps runs and models; anew for each test, as one that failed leaves some."""
    write_portraits(tmp_path / "sets" / "portraits")
    return {
        "MASKCORE_DATA_ROOT": str(tmp_path / "sets"),
        "MASKCORE_DATA_DIR": str(tmp_path / "data"),
        RUNS_VARIABLE: str(tmp_path / "runs"),
    }


def set_number(page: Page, label: str, value: int) -> None:
    plan = page.get_by_text(re.compile("epochs? of "))
    before = plan.inner_text()
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Enter")
    expect(plan).not_to_have_text(before)  # the page has run with it


def hold_the_run(page: Page, environment: dict[str, str]) -> RunFolder:
    """The run just started, paused as by the button: what is done next comes in its middle on any machine."""
    root = Path(environment[RUNS_VARIABLE])
    wait_until(page, lambda: any(run.standing.exists() for run in list_runs(root)), timeout_ms=WORK_MS)
    (folder,) = list_runs(root)
    pause_run(folder)
    expect(page.get_by_text("Paused · epoch 1 of 2")).to_be_visible(timeout=WORK_MS)
    return folder


def test_a_run_survives_a_reload_and_a_restart_and_becomes_the_model_that_answers(
    open_page: OpenPage, environment: dict[str, str], tmp_path: Path
) -> None:
    with start_app(tmp_path / "first.log", environment=environment, program=PROGRAM) as url:
        page = open_page(f"{url}/training")
        expect(page.get_by_text("60 pictures")).to_be_visible(timeout=WORK_MS)
        set_number(page, "Epochs", 2)
        set_number(page, "Batch", 8)
        page.get_by_role("button", name="Start training").click()
        hold_the_run(page, environment)

        page.reload()
        expect(page.get_by_text("Paused · epoch 1 of 2")).to_be_visible()
        address = page.url.removeprefix(url)

    with start_app(tmp_path / "second.log", environment=environment, program=PROGRAM) as url:
        page = open_page(url + address)
        page.get_by_role("button", name="Go on").click(timeout=WORK_MS)
        expect(page.get_by_text("Done: 2 epochs")).to_be_visible(timeout=WORK_MS)
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
        page.get_by_role("button", name="Make a model of it").click()
        page.get_by_role("button", name="Promote").click(timeout=WORK_MS)
        expect(page.get_by_text("This is the active model.")).to_be_visible(timeout=WORK_MS)
        expect_fits_a_phone(open_page(url + address, **PHONE))

        expect_results(page)
        shipped = load_manifest(SHIPPED).id
        assert answering(page, url) != shipped, "without a restart"
        page.goto(f"{url}/training")
        page.get_by_role("button", name="Roll back to the model before").click()
        expect(page.get_by_role("button", name="Roll back to the model before")).to_have_count(0)
        assert answering(page, url) == shipped


def expect_results(page: Page) -> None:
    """The results of the model are one click away, and a slider changes what is told."""
    page.get_by_role("link", name="Explore what it said of each face").click()
    expect(page.get_by_text("Move a slider")).to_be_visible(timeout=WORK_MS)
    page.get_by_role("slider", name="Report a face from this score on").press("ArrowRight")
    expect(page.get_by_text("with the last move")).to_be_visible()


def answering(page: Page, url: str) -> str:
    """The id of the model that the Upload page looks at a picture with, a moment after it was promoted."""
    page.goto(f"{url}/upload")
    page.wait_for_timeout(1000 * LOOK_EVERY_S)  # for so long a promotion may stay unnoticed
    page.locator("input[type=file]").set_input_files(SAMPLES[0].path)
    expect(page.get_by_role("button", name="JSON").first).to_be_visible(timeout=WORK_MS)
    settle(page)  # a page that runs on offers its file anew, and the old one is gone
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").first.click()
    told = json.loads(Path(download.value.path()).read_text())
    return str(told["model"]["id"])


def test_the_students_network_learns_before_ones_eyes_and_over_a_reload(
    open_page: OpenPage, environment: dict[str, str], tmp_path: Path
) -> None:
    with start_app(tmp_path / "server.log", environment=environment, program=PROGRAM) as url:
        page = open_page(f"{url}/training")
        page.get_by_text("Mask or not: the student's network").click(timeout=WORK_MS)
        expect(page.get_by_text("30 epochs of")).to_be_visible()  # its own usual ones: the page has followed
        expect(page.get_by_label("Epochs", exact=True)).to_have_count(1)
        set_number(page, "Epochs", 2)
        page.get_by_role("button", name="Start training").click()
        folder = hold_the_run(page, environment)
        curve = page.get_by_test_id("stVegaLiteChart").first
        expect(curve).to_be_visible()

        page.reload()
        expect(page.get_by_text("Paused · epoch 1 of 2")).to_be_visible()
        expect(curve).to_be_visible()
        points = len(curve_frame(folder, "loss"))
        page.get_by_role("button", name="Go on").click()

        expect(page.get_by_text("Done: 2 epochs")).to_be_visible(timeout=WORK_MS)
        expect(curve).to_be_visible()
        assert len(curve_frame(folder, "loss")) > points >= 1, "the curve grew"
        expect(page.get_by_text(re.compile("What it gets most surely wrong, after epoch 2"))).to_be_visible()
        assert not list(folder.path.rglob("*.png")) + list(folder.path.rglob("*.jpg")), "no face is copied"


def expect_fits_a_phone(page: Page) -> None:
    expect(page.get_by_text("This is the active model.")).to_be_visible()
    expect_fits(page)
