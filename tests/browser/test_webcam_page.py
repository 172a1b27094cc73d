"""The API's own page in a real browser: camera, pictures, troubles, phone, documentation."""

from __future__ import annotations

import base64
import io
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image
from werkzeug.serving import make_server

from api.app import create_app
from api.keys import new_key
from api.service import service
from maskcore import MaskDetector
from maskcore.errors import ModelMissingError
from maskcore.imaging import load_image
from maskcore.models import SHIPPED
from maskcore.samples import SAMPLES, Sample
from maskcore.settings import Settings
from maskcore.styles import LABEL_STYLES, hex_to_bgr
from tests.browser.conftest import PATIENCE_MS
from tests.browser.servers import start_api
from tests.browser.waiting import wait_until
from tests.factories import FakeDetector, make_face

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from playwright.sync_api import Browser, Page, expect  # noqa: E402

INSECURE_HOST = "0.0.0.0"  # leads to this machine, but no browser takes it for localhost
PORTRAIT = next(sample for sample in SAMPLES if sample.name == "grace_hopper")
FACE_BOX = (400.0, 90.0, 520.0, 240.0)  # right of the middle of a 640×480 frame

pytestmark = pytest.mark.browser


@dataclass
class Site:
    """A running server and what stands behind it."""

    address: str
    detector: Any
    app: Any


@contextmanager
def serving(**settings: Any) -> Iterator[Site]:
    """A server that sees one face at FACE_BOX in every picture."""
    detector = FakeDetector([make_face(box=FACE_BOX, label="no_mask")])
    app = create_app(detector, Settings(**settings))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", detector, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`python -m api` with the model that ships; gives its address."""
    if not (SHIPPED / "model.json").exists():
        pytest.skip("no model ships yet (maskcore/weights)")
    with start_api(tmp_path_factory.mktemp("api") / "server.log") as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails the test when a script on it fails."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert not faults


def count(page: Page, key: str) -> Any:
    return page.locator(f"[data-count={key}]")


def take_screenshot(page: Page, name: str) -> None:
    """Keep what was seen, for a person's eyes, where the variable SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


# Where the overlay has pixels of a colour, as shares of its width and height: left, top, right, bottom.
DRAWN_BOX = """
([blue, green, red]) => {
  const canvas = document.getElementById("overlay");
  const { width, height } = canvas;
  if (!width || !height) return null;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let box = null;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 255 || data[at] !== red || data[at + 1] !== green || data[at + 2] !== blue) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    box = box
      ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
      : [x, y, x, y];
  }
  return box && [box[0] / width, box[1] / height, box[2] / width, box[3] / height];
}
"""


def wait_for_box(page: Page, look: str, condition: str = "box") -> list[float]:
    """Where the overlay has pixels of a label's colour, once a condition in JavaScript on `box` holds."""
    script = f"(color) => {{ const box = ({DRAWN_BOX})(color); return ({condition}) && {{ box }}; }}"
    color = hex_to_bgr(LABEL_STYLES[look].color_hex)
    found = page.wait_for_function(script, arg=color, polling=100)
    box: list[float] = found.json_value()["box"]
    return box


def start_camera(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Start camera").click()


def test_the_camera_is_shown_with_boxes_counts_and_speed(page: Page, site: Site) -> None:
    start_camera(page, site.address)
    expect(count(page, "no_mask")).to_have_text("1")
    expect(count(page, "mask")).to_have_text("0")
    expect(page.locator("#summary")).to_have_text("1 face: 1 no mask.")
    expect(page.locator("#fps")).to_have_text(re.compile(r"\d+\.\d"))
    expect(page.locator("#trip")).to_have_text(re.compile(r"\d+"))
    expect(page.locator("#people")).to_have_text("People so far: 1")
    assert site.detector.calls[-1]["size"] == (640, 480)
    assert wait_for_box(page, "no_mask")


@pytest.mark.parametrize("streams", [4, 0], ids=["a stream", "no stream to be had"])
def test_frames_go_by_stream_or_else_by_calls(page: Page, streams: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    with serving(max_streams=streams) as site:
        start_camera(page, site.address)
        expect(count(page, "no_mask")).to_have_text("1")
        wait_until(page, lambda: len(site.detector.calls) > 2)
        frames_by_call = [url for url in asked if "/v1/detect" in url]
        assert len(opened) == 1
        assert bool(frames_by_call) is (streams == 0)


def test_a_page_whose_stream_ends_begins_another(page: Page, site: Site) -> None:
    start_camera(page, site.address)
    expect(count(page, "no_mask")).to_have_text("1")
    with site.app.app_context():
        streams = service().streams
    streams.going = lambda: False
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    streams.going = lambda: True
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(count(page, "no_mask")).to_have_text("1")


def test_a_server_with_keys_asks_for_one_and_the_tab_keeps_it(page: Page, tmp_path: Path) -> None:
    key, line = new_key("page")
    (tmp_path / "keys").write_text(line)
    with serving(api_keys_file=tmp_path / "keys") as site:
        page.goto(site.address)
        expect(page.get_by_label("API key")).to_be_visible()
        take_screenshot(page, "key")
        page.get_by_label("API key").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_label("API key")).to_be_hidden()
        page.get_by_role("button", name="Start camera").click()
        expect(page.get_by_role("alert")).to_contain_text("does not know the key")
        expect(page.get_by_role("button", name="Start camera")).to_be_visible()
        page.get_by_label("API key").fill(key)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_hidden()
        page.get_by_role("button", name="Start camera").click()
        expect(count(page, "no_mask")).to_have_text("1")
        assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
        page.reload()
        expect(page.get_by_label("API key")).to_be_hidden()
        page.get_by_role("button", name="Admiral", exact=True).click()
        expect(count(page, "no_mask")).to_have_text("1")
        page.get_by_role("button", name="Forget the key").click()
        expect(page.get_by_label("API key")).to_be_visible()
        assert page.evaluate("sessionStorage.length") == 0


def test_a_box_lies_where_the_face_is_and_follows_the_mirror(page: Page, site: Site) -> None:
    start_camera(page, site.address)
    expect(count(page, "no_mask")).to_have_text("1")
    wait_for_box(page, "no_mask", "box && box[2] < 0.5")  # a face on the right is seen on the left in a mirror
    page.get_by_role("switch", name="Mirror").uncheck()
    _, _, _, bottom = wait_for_box(page, "no_mask", "box && box[0] > 0.5")
    assert bottom == pytest.approx(FACE_BOX[3] / 480, abs=0.02)


def test_one_frame_is_in_flight_at_a_time(page: Page, site: Site) -> None:
    under_way: list[int] = []
    most: list[int] = []
    detect = site.detector.detect

    def counting(*arguments: Any, **options: Any) -> Any:
        under_way.append(1)
        most.append(len(under_way))
        threading.Event().wait(0.15)
        under_way.pop()
        return detect(*arguments, **options)

    site.detector.detect = counting
    start_camera(page, site.address)
    expect(count(page, "no_mask")).to_have_text("1")
    wait_until(page, lambda: len(most) > 8)
    assert max(most) == 1


def test_stopping_releases_the_camera_and_clears_the_page(page: Page, site: Site) -> None:
    start_camera(page, site.address)
    expect(count(page, "no_mask")).to_have_text("1")
    track = page.evaluate_handle("document.getElementById('video').srcObject.getTracks()[0]")
    page.get_by_role("button", name="Stop camera").click()
    expect(count(page, "no_mask")).to_have_text("–")
    assert page.evaluate("track => track.readyState", track) == "ended"
    metrics = site.app.test_client()
    wait_until(page, lambda: "maskcore_streams 0.0" in metrics.get("/metrics").text)  # no frame is under way
    seen = len(site.detector.calls)
    page.wait_for_timeout(600)  # nothing comes, so that there is nothing else to wait for
    assert len(site.detector.calls) == seen
    wait_for_box(page, "no_mask", "box === null")


def test_the_shipped_model_finds_the_portrait_in_the_camera(page: Page, real_server: str) -> None:
    start_camera(page, real_server)
    expect(count(page, "no_mask")).to_have_text("1")
    expect(page.locator("#summary")).to_have_text("1 face: 1 no mask.")
    left, _, right, bottom = wait_for_box(page, "no_mask")
    assert 0.25 < (left + right) / 2 < 0.75
    assert bottom < 0.9
    take_screenshot(page, "live")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_page_counts_what_the_core_counts(page: Page, real_server: str, sample: Sample) -> None:
    image_bgr = load_image(sample.path, max_mb=10, max_megapixels=25)
    summary = MaskDetector().detect(image_bgr).summary.to_dict()
    page.goto(real_server)
    page.get_by_role("button", name=sample.title, exact=True).click()
    for key in LABEL_STYLES:
        expect(count(page, key)).to_have_text(str(summary[key]))
    for key in LABEL_STYLES:
        if summary[key]:
            assert wait_for_box(page, key)
    take_screenshot(page, sample.name)


def test_a_server_in_trouble_is_told_and_the_page_recovers(page: Page, site: Site) -> None:
    start_camera(page, site.address)
    expect(count(page, "no_mask")).to_have_text("1")
    site.detector.fail_with = ModelMissingError("Expected a model, found none. Install one.")
    expect(page.get_by_role("alert")).to_contain_text("The model is missing")
    expect(page.get_by_role("alert")).to_contain_text("Install one.")
    site.detector.fail_with = None
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_picture_from_a_file_is_looked_at(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.locator("#file").set_input_files(PORTRAIT.path)
    expect(count(page, "no_mask")).to_have_text("1")
    expect(page.locator("#still")).to_be_visible()
    assert wait_for_box(page, "no_mask")


def test_a_dropped_picture_is_looked_at(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.evaluate(
        """async (address) => {
            const blob = await (await fetch(address)).blob();
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([blob], "dropped.jpg", { type: "image/jpeg" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        f"/samples/{PORTRAIT.name}.jpg",
    )
    expect(count(page, "no_mask")).to_have_text("1")


def test_a_picture_that_the_browser_cannot_show_is_drawn_by_the_server(page: Page, site: Site) -> None:
    with Image.open(PORTRAIT.path) as portrait:
        size = portrait.size
        heic = io.BytesIO()
        pillow_heif.from_pillow(portrait).save(heic, quality=80)
    page.goto(site.address)
    page.evaluate(
        """async (base64) => {
            const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], "IMG_1.HEIC"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        base64.b64encode(heic.getvalue()).decode(),
    )
    expect(count(page, "no_mask")).to_have_text("1")
    expect(page.get_by_text("This browser cannot show HEIC")).to_be_visible()
    take_screenshot(page, "heic")
    box_bgr = hex_to_bgr(LABEL_STYLES["no_mask"].color_hex)
    width, height, pixel_rgba = page.evaluate(
        """([x, y]) => {
            const still = document.getElementById("still");
            return [still.width, still.height, [...still.getContext("2d").getImageData(x, y, 1, 1).data]];
        }""",
        [FACE_BOX[0], (FACE_BOX[1] + FACE_BOX[3]) / 2],
    )
    assert (width, height) == size
    assert pixel_rgba[2::-1] == pytest.approx(list(box_bgr), abs=40), "the box is in the picture"
    wait_for_box(page, "no_mask", "box === null")
    page.locator("#score").press("ArrowRight")
    wait_until(page, lambda: site.detector.calls[-1]["min_score"] == pytest.approx(0.55))
    page.get_by_role("button", name="Admiral", exact=True).click()
    expect(page.get_by_text("This browser cannot show HEIC")).to_be_hidden()


def test_an_answer_that_was_overtaken_is_dropped(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_role("button", name="Admiral", exact=True).click()
    expect(count(page, "no_mask")).to_have_text("1")
    held, let_go = threading.Event(), threading.Event()
    detect = site.detector.detect

    def slow_first(*arguments: Any, **options: Any) -> Any:
        result = detect(*arguments, **options)
        if not held.is_set():
            held.set()
            let_go.wait()
        return result

    site.detector.detect = slow_first
    score = page.locator("#score")
    with page.expect_response(lambda answer: "min_score=0.55" in answer.url) as overtaken:
        score.press("ArrowRight")
        wait_until(page, held.is_set)
        site.detector.faces = ()
        score.press("ArrowRight")
        expect(count(page, "no_mask")).to_have_text("0")
        let_go.set()
    overtaken.value.finished()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(count(page, "no_mask")).to_have_text("0")


def test_only_files_are_invited_to_be_dropped(page: Page, site: Site) -> None:
    page.goto(site.address)
    drag = """(file) => {
        const dataTransfer = new DataTransfer();
        if (file) dataTransfer.items.add(new File(["x"], "a.jpg", { type: "image/jpeg" }));
        else dataTransfer.setData("text/plain", "some words");
        document.body.dispatchEvent(new DragEvent("dragenter", { dataTransfer, bubbles: true }));
        return document.getElementById("drop").hidden;
    }"""
    assert page.evaluate(drag, False)
    assert not page.evaluate(drag, True)


def test_the_camera_starts_and_stops_by_keyboard(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_role("button", name="Start camera").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#video")).to_be_visible()
    expect(page.get_by_role("button", name="Stop camera")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#welcome")).to_be_visible()


def test_the_model_card_is_shown_to_people(page: Page, real_server: str) -> None:
    page.goto(real_server)
    page.get_by_role("link", name="Model card").click()
    title = SHIPPED.joinpath("card.md").read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()


def test_a_sample_and_the_slider_need_no_mouse(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_role("button", name="Admiral", exact=True).focus()
    page.keyboard.press("Enter")
    expect(count(page, "no_mask")).to_have_text("1")
    page.locator("#score").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#score-shown")).to_have_text("55%")
    wait_until(page, lambda: site.detector.calls[-1]["min_score"] == pytest.approx(0.55))


def test_a_file_that_is_no_picture_is_told(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.locator("#file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(page.get_by_role("alert")).to_contain_text("cannot be shown")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("NotAllowedError", "Allow it"),
        ("NotFoundError", "Plug one in"),
        ("NotReadableError", "Another program"),
        ("OverconstrainedError", "Choose another"),
        ("SomethingNew", "open a picture instead"),
    ],
)
def test_a_camera_that_does_not_start_is_explained(page: Page, site: Site, name: str, says: str) -> None:
    page.add_init_script(f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{name}'));")
    start_camera(page, site.address)
    expect(page.get_by_role("alert")).to_contain_text(says)
    expect(page.get_by_role("button", name="Start camera")).to_be_enabled()


def test_a_page_that_is_not_secure_says_so(page: Page, site: Site) -> None:
    start_camera(page, site.address.replace("127.0.0.1", INSECURE_HOST))
    expect(page.get_by_role("alert")).to_contain_text("https://")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone(chromium: Browser, site: Site, scheme: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    context.set_default_timeout(PATIENCE_MS)
    phone = context.new_page()
    start_camera(phone, site.address)
    expect(count(phone, "no_mask")).to_have_text("1")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    small = phone.evaluate(
        """[...document.querySelectorAll("button, select")]
            .filter((each) => each.offsetParent && each.offsetHeight < 44)
            .map((each) => each.outerHTML)"""
    )
    assert not small, "fingers need 44 pixels"
    dark = phone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 24)"
    assert dark == (scheme == "dark")
    take_screenshot(phone, f"phone-{scheme}")
    context.close()


def test_the_documentation_works_without_another_host(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.address}/docs")
    expect(page.get_by_text("/v1/detect").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    foreign = [url for url in asked if not url.startswith((site.address, "data:"))]
    assert not foreign


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_documentation_is_as_dark_as_the_system(page: Page, site: Site, scheme: Any, is_dark: bool) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site.address}/docs")
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.locator(".modal-ux")).to_be_in_viewport(ratio=1)
    dialog_bgr = cv2.imdecode(np.frombuffer(page.locator(".modal-ux").screenshot(), np.uint8), cv2.IMREAD_COLOR)
    take_screenshot(page, f"documentation-{scheme}")
    assert (dialog_bgr.mean() < 64) == is_dark, "what is read most is dark, and light where the system is light"


def test_a_picture_can_be_tried_in_the_documentation(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/docs")
    page.locator("#operations-Detect-detect .opblock-summary-control").click()
    page.locator("#operations-Detect-detect input[type=file]").set_input_files(PORTRAIT.path)
    page.locator("#operations-Detect-detect button.execute").click()
    expect(page.locator("#operations-Detect-detect .live-responses-table .response-col_status").last).to_have_text(
        re.compile("200")
    )
