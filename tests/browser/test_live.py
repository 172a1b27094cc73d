"""The Live page in a real browser whose camera plays a portrait."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import FrameLocator, Page, expect

from maskcore.samples import SAMPLES
from maskcore.styles import LABEL_STYLES, hex_to_bgr
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Whether so many pixels of the remote video have the colour of a label, after the video's own loss.
HAS_LABEL_PIXELS = """
({ colors, least }) => {
  const video = document.querySelector("video");
  if (!video?.videoWidth) return false;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    if (colors.some((bgr) => bgr.every((value, channel) => Math.abs(value - data[at + 2 - channel]) < 16))) count++;
  return count > least;
}
"""
# Candidates through a relay only, and there is none: as behind a firewall.
NO_ROUTE = """
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = function (config) {
  return new Real({ ...config, iceTransportPolicy: window.isOpen ? "all" : "relay" });
};
"""
OPEN_THE_WAY = "() => { window.isOpen = true; }"
KEEP_CONNECTION = """
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = function (config) { return (window.connection = new Real(config)); };
"""
# Nothing goes either way any more, and the browser has yet to notice.
LOSE_CONNECTION = "() => { connection.close(); connection.getTransceivers = () => []; }"
NOTICE_THAT_IT_IS_LOST = "() => { connection.dispatchEvent(new Event('connectionstatechange')); }"
NOTE_WHAT_IS_ASKED = """
window.asked = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (what) => (window.asked.push(what.video), ask(what));
"""
# Counts the tones that the page makes.
COUNT_TONES = """
window.tones = 0;
const Real = window.AudioContext;
window.AudioContext = class extends Real { constructor(...how) { super(...how); window.tones++; } };
"""
DENIED = """
const query = navigator.permissions.query.bind(navigator.permissions);
navigator.permissions.query = async (what) => what.name === "camera"
  ? Object.assign(new EventTarget(), { state: "denied" }) : query(what);
"""


PLAYER = "iframe[title^='streamlit_webrtc']"


def player(page: Page) -> FrameLocator:
    return page.frame_locator(PLAYER)


def start(page: Page) -> None:
    """Press Start once the page has settled: a cold server runs it a second time when the camera check answers."""
    expect(page.locator(PLAYER)).to_have_count(1)  # while another source is opened the last one's is still there
    button = player(page).get_by_role("button", name="Start")
    expect(button).to_be_enabled()
    expect(page.locator("[data-test-script-state='notRunning']")).to_be_visible()
    button.click()


def expect_running(page: Page) -> None:
    """The page says that the video runs; on a busy machine it adds that it does so slowly."""
    expect(page.get_by_text(re.compile("^Running"))).to_be_visible()


def stop(page: Page) -> None:
    """Press Stop and wait until the page says so."""
    player(page).get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()


def wait_for_faces(page: Page, count: int) -> None:
    """Until the tiles add up to so many; before the first frame they do not."""
    script = """count => {
        const counts = [...document.querySelectorAll(".mc-tile strong")].map((tile) => parseInt(tile.textContent));
        return counts.length > 0 && counts.reduce((a, b) => a + b) === count;
    }"""
    page.wait_for_function(script, arg=count)


def wait_for_boxes(page: Page) -> None:
    """Until the video that comes back has a box in the colour of a label."""
    frame = page.locator(PLAYER).element_handle().content_frame()
    assert frame is not None
    colors = [hex_to_bgr(style.color_hex) for style in LABEL_STYLES.values()]
    frame.wait_for_function(HAS_LABEL_PIXELS, arg={"colors": colors, "least": 300})


def test_the_face_before_the_camera_comes_back_boxed_and_counted(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live")
    start(page)
    expect_running(page)
    wait_for_faces(page, 1)

    wait_for_boxes(page)
    expect(page.locator(".mc-facts dd", has_text=re.compile(r"^\d+\.\d$"))).to_be_visible()
    expect(page.locator(".mc-facts dd", has_text=re.compile(r"^\d+ ms$"))).to_be_visible()

    stop(page)


def test_the_slider_acts_while_the_video_runs(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live")
    start(page)
    wait_for_faces(page, 1)

    page.get_by_role("slider", name="Show faces that are at least this certain").press("End")

    wait_for_faces(page, 0)
    expect_running(page)


def test_an_alert_stands_above_all_and_sounds(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live", script=COUNT_TONES)
    page.get_by_role("tab", name="Alerts").click()
    page.get_by_text("When somebody is without a mask").click()
    expect(page.get_by_role("slider", name="for so many seconds")).to_be_enabled()
    start(page)

    expect(page.locator(".mc-alert")).to_contain_text("without a mask for 5 seconds")
    page.wait_for_function("window.tones === 1")  # who stays is no reason for another
    stop(page)


def test_without_a_route_the_page_says_so_and_snapshots_work(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live", script=NO_ROUTE)
    start(page)
    expect(page.get_by_text("No route for live video")).to_be_visible()
    its_own_guess = player(page).get_by_text("Connection is taking longer")
    expect(its_own_guess).to_be_attached()
    expect(its_own_guess).to_be_hidden()

    page.get_by_role("button", name="Take snapshots instead").click()
    expect(page.get_by_test_id("stCameraInput").locator("video")).not_to_have_js_property("videoWidth", 0)
    page.get_by_role("button", name="Take Photo").click()

    expect(page.get_by_text(re.compile("^1 face: "))).to_be_visible()
    wait_for_faces(page, 1)


def test_trying_again_starts_anew_without_another_click(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live", script=NO_ROUTE)
    start(page)
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    player(page).locator("body").evaluate(OPEN_THE_WAY)

    again.click()

    expect_running(page)
    wait_for_faces(page, 1)
    stop(page)


def test_a_lost_connection_is_named_and_starts_again(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live", script=KEEP_CONNECTION)
    start(page)
    wait_for_faces(page, 1)

    player(page).locator("video").evaluate(LOSE_CONNECTION)
    # on a machine that is so busy that frames take seconds, the page says that this may be the cause
    expect(page.get_by_text(re.compile("^(Connected, but no picture comes|The server is too slow)"))).to_be_visible()
    player(page).locator("video").evaluate(NOTICE_THAT_IT_IS_LOST)
    expect(page.get_by_text(re.compile("^(The connection was lost|It was slow: if you did not)"))).to_be_visible()
    start(page)

    expect_running(page)
    wait_for_faces(page, 1)


def test_a_side_of_a_phone_is_asked_for_although_another_camera_ran_before(
    open_page: OpenPage, streamlit_server: str
) -> None:
    page = open_page(f"{streamlit_server}/live", script=NOTE_WHAT_IS_ASKED)
    start(page)
    expect_running(page)
    stop(page)
    page.locator(PLAYER).evaluate("frame => { frame.dataset.before = true; }")

    page.get_by_text("Rear", exact=True).click()
    expect(page.locator(f"{PLAYER}[data-before]")).to_have_count(0)
    start(page)
    expect_running(page)

    asked = player(page).locator("body").evaluate("() => window.asked.at(-1)")
    assert asked["facingMode"] == "environment"
    assert "deviceId" not in asked, "the camera of the first start alone would do"
    stop(page)


def test_a_refused_camera_is_named_and_a_picture_does_instead(open_page: OpenPage, streamlit_server: str) -> None:
    page = open_page(f"{streamlit_server}/live", script=DENIED)
    expect(page.get_by_text("The camera is blocked for this page")).to_be_visible()

    page.get_by_role("button", name="Choose a picture instead").click()
    page.locator("input[type=file]").set_input_files(SAMPLES[0].path)

    expect(page.get_by_text(re.compile("^1 face: "))).to_be_visible()
