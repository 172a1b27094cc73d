"""Areas and lines are drawn by mouse, finger and keys in a real browser, and arrive in Python."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import free_port, start_server
from tests.browser.waiting import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TRIANGLE = [(0.2, 0.2), (0.6, 0.2), (0.4, 0.6)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a page with nothing but the drawing."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "tests/browser/zone_editor_app.py",
        "--server.headless",
        "true",
    ]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("drawing") / "server.log"
    with start_server([*command, "--server.port", str(port)], f"{url}/_stcore/health", log=log):
        yield url


@pytest.fixture
def page(open_page: OpenPage, address: str) -> Page:
    """The page on a desk."""
    return ready(open_page(address))


@pytest.fixture
def phone(open_page: OpenPage, address: str) -> Page:
    """The page on a phone, where there are fingers only."""
    return ready(open_page(address, **PHONE))


def ready(page: Page) -> Page:
    expect(stage(page)).to_be_visible()
    settle(page)
    stage(page).scroll_into_view_if_needed()
    return page


def stage(page: Page) -> Locator:
    return page.get_by_role("application")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def on_screen(page: Page, place: tuple[float, float]) -> tuple[float, float]:
    """Where a place of the picture, in shares, is in the window."""
    x, y = stage(page).evaluate(
        "(stage, [x, y]) => { const box = stage.getBoundingClientRect();"
        " return [box.left + x * box.width, box.top + y * box.height]; }",
        place,
    )
    return x, y


def on_stage(page: Page, place: tuple[float, float]) -> Any:
    """Where a place of the picture, in shares, is on it in pixels."""
    return stage(page).evaluate("(stage, [x, y]) => ({ x: x * stage.clientWidth, y: y * stage.clientHeight })", place)


def click(page: Page, place: tuple[float, float]) -> None:
    """Click once the picture stands still: the buttons below it come and go, and the page may scroll to them."""
    stage(page).click(position=on_stage(page, place))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    stage(page).hover(position=on_stage(page, start))
    page.mouse.down()
    page.mouse.move(*on_screen(page, end), steps=4)
    page.mouse.up()


def draw_area(page: Page, corners: list[tuple[float, float]]) -> None:
    press(page, "Area")
    for corner in corners:
        click(page, corner)
    press(page, "Close area")


def heights_of_ways(page: Page) -> dict[str, float]:
    """How far down the window "in" and "out" stand; asked at once, as the picture is drawn anew at any change."""
    ways: dict[str, float] = stage(page).evaluate(
        "stage => Object.fromEntries([...stage.querySelectorAll('text.way')]"
        ".map(text => [text.textContent, text.getBoundingClientRect().top]))"
    )
    return ways


def wait_until(page: Page, condition: str) -> list[dict[str, Any]]:
    """The shapes that Python knows, once a condition in JavaScript on `shapes` holds of them."""
    known = "JSON.parse(document.querySelector('.st-key-value code')?.innerText ?? 'null')"
    found = page.wait_for_function(f"(shapes => shapes && ({condition}) && shapes)({known})")
    shapes: list[dict[str, Any]] = found.json_value()
    return shapes


def wait_for(page: Page, *names: str) -> list[dict[str, Any]]:
    """The shapes, once Python knows exactly these names."""
    return wait_until(page, f"JSON.stringify(shapes.map(shape => shape.name)) === JSON.stringify({json.dumps(names)})")


def test_an_area_drawn_by_mouse_arrives_where_it_was_drawn(page: Page) -> None:
    draw_area(page, TRIANGLE)

    (area,) = wait_for(page, "Area 1")

    assert area["kind"] == "area"
    for point, corner in zip(area["points"], TRIANGLE, strict=True):
        assert point == pytest.approx(corner, abs=0.005)


@pytest.mark.parametrize("last", [TRIANGLE[0], TRIANGLE[-1]], ids=["first corner", "double tap"])
def test_a_tap_on_the_first_or_again_on_the_last_corner_ends_the_area(page: Page, last: tuple[float, float]) -> None:
    press(page, "Area")
    for corner in [*TRIANGLE, last]:
        click(page, corner)

    (area,) = wait_for(page, "Area 1")

    assert len(area["points"]) == 3


def test_a_finger_taps_the_ends_of_a_line(phone: Page) -> None:
    phone.get_by_role("button", name="Line", exact=True).tap()
    stage(phone).tap(position=on_stage(phone, (0.25, 0.5)))
    stage(phone).tap(position=on_stage(phone, (0.75, 0.5)))

    (line,) = wait_for(phone, "Line 1")

    assert line["points"][0] == pytest.approx((0.25, 0.5), abs=0.01)
    assert line["points"][1] == pytest.approx((0.75, 0.5), abs=0.01)


def test_a_finger_drags_a_line_and_the_page_does_not_scroll(phone: Page) -> None:
    phone.get_by_role("button", name="Line", exact=True).tap()
    finger = phone.context.new_cdp_session(phone)
    path = [(0.5, 0.2), (0.5, 0.4), (0.5, 0.6), (0.5, 0.8)]
    before = on_screen(phone, (0, 0))

    for number, place in enumerate(path):
        x, y = on_screen(phone, place)
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    (line,) = wait_for(phone, "Line 1")
    assert line["points"][1] == pytest.approx((0.5, 0.8), abs=0.01)
    assert on_screen(phone, (0, 0)) == before


def test_the_arrow_points_to_where_the_core_says_in(page: Page) -> None:
    press(page, "Line")
    drag(page, (0.2, 0.5), (0.8, 0.5))  # to the right, so that its own right is below
    wait_for(page, "Line 1")

    ways = heights_of_ways(page)
    assert ways["in"] > ways["out"]

    press(page, "Turn around")
    wait_until(page, "shapes[0].points[0][0] > 0.7 && shapes[0].points[1][0] < 0.3")
    ways = heights_of_ways(page)
    assert ways["in"] < ways["out"]


def test_a_name_is_typed_cut_and_kept_apart_from_others(page: Page) -> None:
    draw_area(page, TRIANGLE)
    press(page, "Line")
    drag(page, (0.2, 0.8), (0.8, 0.8))
    wait_for(page, "Area 1", "Line 1")
    name = page.get_by_label("Name")

    name.fill("  Area 1 ")
    name.press("Enter")
    wait_for(page, "Area 1", "Area 1 2")

    name.fill("")
    name.press("Enter")
    expect(name).to_have_value("Area 1 2")

    name.fill("<img src=x onerror=alert(1)>" + "😀" * 9)
    name.press("Enter")
    wait_until(page, "shapes[1].name.startsWith('<img src=x') && shapes[1].name.length <= 40")
    expect(stage(page).locator("svg img")).to_have_count(0)


def test_keys_typed_into_a_name_are_no_commands_to_the_drawing_or_the_app(page: Page) -> None:
    draw_area(page, TRIANGLE)
    wait_for(page, "Area 1")
    settle(page)
    run = page.get_by_text(re.compile("^Run ")).inner_text()
    name = page.get_by_label("Name")

    name.select_text()
    for keys in ("Backspace", "r", "Delete", "Control+z", "ArrowLeft"):
        page.keyboard.press(keys)
    page.wait_for_timeout(1000)  # nothing comes, so that there is nothing else to wait for
    expect(page.get_by_text(run, exact=True)).to_be_visible()

    name.fill("Ramp")
    page.keyboard.press("Tab")
    (area,) = wait_for(page, "Ramp")
    assert area["points"][0] == pytest.approx(TRIANGLE[0], abs=0.005)


def test_a_shape_and_a_corner_of_it_are_dragged_and_the_past_comes_back(page: Page) -> None:
    draw_area(page, TRIANGLE)
    wait_for(page, "Area 1")

    drag(page, (0.4, 0.3), (0.5, 0.4))
    wait_until(page, "Math.abs(shapes[0].points[0][0] - 0.3) < 0.01 && Math.abs(shapes[0].points[2][1] - 0.7) < 0.01")

    drag(page, (0.5, 0.7), (0.5, 0.95))
    wait_until(page, "Math.abs(shapes[0].points[2][1] - 0.95) < 0.01 && Math.abs(shapes[0].points[0][0] - 0.3) < 0.01")

    press(page, "Undo")
    wait_until(page, "Math.abs(shapes[0].points[2][1] - 0.7) < 0.01")
    stage(page).focus()
    page.keyboard.press("Control+z")
    wait_until(page, "Math.abs(shapes[0].points[2][1] - 0.6) < 0.01")


def test_a_shape_dragged_out_of_the_picture_stays_at_its_edge_with_its_form(page: Page) -> None:
    draw_area(page, TRIANGLE)
    wait_for(page, "Area 1")

    drag(page, (0.4, 0.3), (0.95, 0.3))

    (area,) = wait_until(page, "shapes[0].points[1][0] === 1")
    left, right, _ = area["points"]
    assert right[0] - left[0] == pytest.approx(0.4, abs=0.01)


def test_delete_and_clear_can_be_undone(page: Page) -> None:
    draw_area(page, TRIANGLE)
    press(page, "Line")
    drag(page, (0.2, 0.8), (0.8, 0.8))
    wait_for(page, "Area 1", "Line 1")

    stage(page).press("Delete")
    wait_for(page, "Area 1")
    press(page, "Undo")
    wait_for(page, "Area 1", "Line 1")
    press(page, "Clear all")
    wait_for(page)
    press(page, "Undo")
    wait_for(page, "Area 1", "Line 1")


def test_keys_alone_draw_an_area_and_move_a_corner(page: Page) -> None:
    page.get_by_role("button", name="Area", exact=True).press("Enter")
    stage(page).press("Enter")
    wait_for(page, "Area 1")

    stage(page).press("Enter")
    stage(page).press("Shift+ArrowLeft")

    wait_until(page, "shapes[0].points[0][0] === 0.3 && shapes[0].points[3][0] === 0.35")
    page.get_by_role("button", name="Area 1", exact=True).press("Delete")
    wait_for(page)


def test_the_drawing_outlives_other_pictures_and_a_time_away(page: Page) -> None:
    draw_area(page, TRIANGLE)
    wait_for(page, "Area 1")
    press(page, "Area")
    click(page, TRIANGLE[0])  # in the middle of another one

    page.get_by_text("None", exact=True).click()
    expect(stage(page).locator("img")).to_be_hidden()
    wait_for(page, "Area 1")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()

    page.get_by_text("Away").click()
    expect(stage(page)).to_have_count(0)
    page.get_by_text("Away").click()
    wait_for(page, "Area 1")
    expect(stage(page).locator("polygon.body")).to_have_count(1)


def test_other_shapes_from_python_replace_the_drawing(page: Page) -> None:
    draw_area(page, TRIANGLE)
    wait_for(page, "Area 1")

    page.get_by_text("Saved").click()
    wait_for(page, "<b>Queue</b>", "Door")
    expect(stage(page).locator("text.name").first).to_have_text("<b>Queue</b>")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()

    draw_area(page, TRIANGLE)
    wait_for(page, "<b>Queue</b>", "Area 1", "Door")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_room_for_everything(open_page: OpenPage, address: str, scheme: str) -> None:
    page = ready(open_page(address, color_scheme=scheme, **PHONE))
    page.get_by_text("Saved").click()
    wait_for(page, "<b>Queue</b>", "Door")
    page.get_by_role("button", name="Door", exact=True).tap()
    expect(page.get_by_role("button", name="Turn around")).to_be_visible()

    boxes = page.locator(".editor button, .editor input, .stage").evaluate_all(
        "parts => parts.filter((part) => part.checkVisibility()).map((part) => part.getBoundingClientRect().toJSON())"
    )

    assert max(box["right"] for box in boxes) <= 390
    assert min(box["height"] for box in boxes) >= 44, "fingers need 44 pixels"
