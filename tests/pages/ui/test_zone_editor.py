"""What is drawn outlives a run, what Python gives replaces it, and nothing that a browser sends does harm."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from maskcore.errors import InputError
from maskcore.imaging import decode_image
from maskcore.tracking.zones import Line, Zone
from pages.ui.zone_editor import PICTURE_SIDE, Drawing, zones_from_json, zones_to_json
from tests.pages.conftest import PAGE_TIMEOUT_S

CORNERS = [[0.1, 0.2], [0.5, 0.2], [0.3, 1]]
AREA = {"kind": "area", "name": "Queue", "points": CORNERS}
LINE = {"kind": "line", "name": "Door", "points": [[0, 0.5], [1, 0.5]]}
NOTHING: Any = ((), ())
QUEUE = ((Zone("Queue", ((0.1, 0.2), (0.5, 0.2), (0.3, 1.0))),), ())
DOOR = ((), (Line("Door", (0.0, 0.5), (1.0, 0.5)),))
BOTH = (QUEUE[0], DOOR[1])


def sent(*shapes: Any, version: int = 0) -> dict[str, Any]:
    """What the browser sends."""
    return {"version": version, "shapes": list(shapes)}


def test_what_the_browser_drew_holds() -> None:
    drawing = Drawing(NOTHING, NOTHING)

    drawing.take(sent(AREA, LINE))

    assert drawing.shapes == BOTH


@pytest.mark.parametrize("again", [NOTHING, QUEUE], ids=["the same start", "what came of the run before"])
def test_a_drawing_outlives_a_run_whatever_the_page_passes(again: Any) -> None:
    drawing = Drawing(NOTHING, NOTHING)
    drawing.take(sent(AREA))

    drawing.offer(again)
    drawing.take(sent(AREA, LINE))

    assert drawing.shapes == BOTH
    assert drawing.version == 0


def test_an_answer_that_is_one_run_late_is_no_new_start() -> None:
    drawing = Drawing(NOTHING, NOTHING)
    for shapes in ([AREA], [AREA, LINE]):
        drawing.take(sent(*shapes))
        drawing.offer(drawing.shapes)

    assert drawing.version == 0


def test_other_shapes_of_the_page_replace_the_drawing_and_what_was_drawn_before_counts_no_more() -> None:
    drawing = Drawing(NOTHING, NOTHING)
    drawing.take(sent(AREA))

    drawing.offer(DOOR)
    drawing.take(sent(AREA))  # still on its way when the page changed its mind

    assert drawing.shapes == DOOR
    drawing.take(sent(AREA, LINE, version=drawing.version))
    assert drawing.shapes == BOTH


BAD = {
    "no mapping": "area",
    "no kind": {"name": "Queue", "points": CORNERS},
    "another kind": AREA | {"kind": "circle"},
    "two corners": AREA | {"points": CORNERS[:2]},
    "no corners": AREA | {"points": None},
    "three ends": LINE | {"points": CORNERS},
    "left of the picture": AREA | {"points": [[-0.01, 0.2], *CORNERS[1:]]},
    "below the picture": AREA | {"points": [[0.1, 1.01], *CORNERS[1:]]},
    "not a number": AREA | {"points": [[math.nan, 0.2], *CORNERS[1:]]},
    "endless": AREA | {"points": [[math.inf, 0.2], *CORNERS[1:]]},
    "huge": AREA | {"points": [[10**400, 0.2], *CORNERS[1:]]},
    "a number as text": AREA | {"points": [["0.1", 0.2], *CORNERS[1:]]},
    "yes": AREA | {"points": [[True, 0.2], *CORNERS[1:]]},
    "one coordinate": AREA | {"points": [[0.1], *CORNERS[1:]]},
    "a name that is a number": AREA | {"name": 5},
    "an empty name": AREA | {"name": " \t"},
    "a long name": AREA | {"name": "n" * 41},
    "a zero byte": AREA | {"name": "Queue\0"},
    "half a character": AREA | {"name": "\ud83d"},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_what_is_no_shape_is_left_out_and_the_rest_stays(bad: Any) -> None:
    drawing = Drawing(NOTHING, NOTHING)

    drawing.take(sent(bad, LINE))

    assert drawing.shapes == DOOR


def test_a_name_counts_once_among_areas_and_lines() -> None:
    drawing = Drawing(NOTHING, NOTHING)

    drawing.take(sent(AREA, LINE | {"name": " Queue "}))

    assert drawing.shapes == QUEUE


NO_ANSWERS = [None, "text", [], {}, {"version": 0}, {"version": 0, "shapes": None}, {"version": 0, "shapes": {"a": 1}}]


@pytest.mark.parametrize("answer", NO_ANSWERS, ids=repr)
def test_an_answer_of_another_form_does_no_harm(answer: Any) -> None:
    drawing = Drawing(NOTHING, NOTHING)

    drawing.take(answer)

    assert drawing.shapes == NOTHING


shares = some.floats(0, 1)
places = some.tuples(shares, shares)
letters = some.characters(codec="utf-8", exclude_characters="\0")
names = some.text(letters, min_size=1, max_size=40).map(str.strip).filter(bool)


@given(some.lists(names, unique=True, max_size=4), some.lists(places, min_size=3, max_size=6))
def test_shapes_come_back_from_text_as_they_were(called: list[str], corners: list[tuple[float, float]]) -> None:
    zones = tuple(Zone(name, tuple(corners)) for name in called[::2])
    lines = tuple(Line(name, corners[0], corners[1]) for name in called[1::2])

    assert zones_from_json(zones_to_json(zones, lines)) == (zones, lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Invalid JSON"),
        ('{"zones": []}', "valid array"),
        (json.dumps([LINE, AREA | {"points": CORNERS[:2]}]), "1.area.points"),
        (json.dumps([AREA, LINE | {"name": "Queue"}]), "'Queue' came twice"),
    ],
    ids=["empty", "another form", "two corners", "one name twice"],
)
def test_text_that_holds_no_shapes_is_told(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        zones_from_json(text)


def a_page(size: tuple[int, int] | None) -> None:
    import streamlit as st

    from maskcore.tracking.zones import Line, Zone
    from pages.ui.zone_editor import edit_zones, zones_to_json
    from tests.factories import make_picture

    zones = [Zone("Queue", ((0.1, 0.2), (0.5, 0.2), (0.3, 1.0)))]
    lines = [Line("Door", (0.0, 0.5), (1.0, 0.5))]
    st.code(zones_to_json(*edit_zones(make_picture(size) if size else None, zones, lines, key="drawing")))


def run(size: tuple[int, int] | None) -> tuple[AppTest, dict[str, Any]]:
    """The page, and what it gave to the browser."""
    page = AppTest.from_function(a_page, args=(size,), default_timeout=PAGE_TIMEOUT_S).run()
    assert not page.exception
    return page, json.loads(page.get("bidi_component")[0].proto.json)


def test_the_shapes_of_the_page_reach_the_browser_and_come_back() -> None:
    page, data = run(None)

    assert data["shapes"] == [AREA, LINE]
    assert zones_from_json(page.code[0].value) == BOTH


@pytest.mark.parametrize(
    ("size", "shown"), [((320, 240), (320, 240)), ((1920, 1080), (960, 540)), ((500, 2000), (240, 960))], ids=str
)
def test_the_picture_is_sent_no_larger_than_needed_and_undistorted(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    _, data = run(size)

    head, _, body = data["picture"].partition(",")
    image_bgr = decode_image(base64.b64decode(body), max_mb=1, max_megapixels=1)
    assert head == "data:image/jpeg;base64"
    assert tuple(data["size"]) == image_bgr.shape[1::-1] == shown
    assert max(shown) <= PICTURE_SIDE


def test_without_a_picture_there_is_a_grid_of_4_to_3() -> None:
    _, data = run(None)

    assert data["picture"] is None
    assert data["size"] == [4, 3]
