"""POST /v1/detect: three ways in, one shape out."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from api.answer_shapes import DetectAnswer
from api.schemas import Options
from maskcore.modes import Mode
from tests.api.requests import WAYS, Send
from tests.factories import FakeDetector, make_result

ADDED_TO_FACE = ["relative_box", "covers_nose_and_mouth"]
each_way = pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())


def shared(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer of the API without what it has on top of the page and the command line."""
    faces = [{name: face[name] for name in face if name not in ADDED_TO_FACE} for face in answer["faces"]]
    return {name: value for name, value in (answer | {"faces": faces}).items() if name != "request_id"}


@each_way
def test_every_way_in_gets_the_shape_of_to_dict(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    answer = send(client, jpeg)
    assert answer.status_code == 200
    assert shared(answer.get_json()) == make_result().to_dict()


@each_way
def test_the_answer_is_the_documented_shape(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    DetectAnswer.model_validate_json(send(client, jpeg).data, strict=False)


def test_keys_come_in_the_order_of_to_dict(client: FlaskClient, jpeg: bytes) -> None:
    answer = WAYS["raw"](client, jpeg).get_json()
    assert list(answer) == [*make_result().to_dict(), "request_id"]
    assert list(answer["faces"][0]) == [*make_result().to_dict()["faces"][0], *ADDED_TO_FACE]


def test_a_face_says_where_it_is_in_shares_of_the_picture(client: FlaskClient, jpeg: bytes) -> None:
    faces = WAYS["raw"](client, jpeg).get_json()["faces"]
    assert faces[1]["box"] == [85, 60, 140, 130]
    assert faces[1]["relative_box"] == pytest.approx([85 / 320, 60 / 240, 140 / 320, 130 / 240], abs=1e-5)


def test_covered_nose_and_mouth_is_the_probability_of_a_mask(client: FlaskClient, jpeg: bytes) -> None:
    faces = WAYS["raw"](client, jpeg).get_json()["faces"]
    assert [face["covers_nose_and_mouth"] for face in faces] == [0.9, 0.05, 0.05, 0.9]


def test_the_counts_add_up_to_the_faces(client: FlaskClient, jpeg: bytes) -> None:
    counts = WAYS["raw"](client, jpeg).get_json()["summary"]
    assert counts.pop("faces") == sum(counts.values()) == 4


@each_way
def test_options_reach_the_detector(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send) -> None:
    asked = {"input_size": 320, "min_score": 0.25, "max_faces": 2, "boxes": [(1, 2, 30, 40.5)]}
    given = asked | {"faces": [[1, 2, 30, 40.5]]}
    given.pop("boxes")
    assert send(client, jpeg, **given).status_code == 200
    assert {name: detector.calls[-1][name] for name in asked} == asked


@each_way
@pytest.mark.parametrize("mode", Mode)
def test_a_size_may_be_named(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send, mode: Mode) -> None:
    assert send(client, jpeg, input_size=mode.value).status_code == 200
    assert detector.calls[-1]["input_size"] is mode


@each_way
def test_given_faces_are_the_only_ones_told(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    answer = send(client, jpeg, faces=[[10, 20, 60, 80], [0, 0, 100, 200]]).get_json()
    assert [face["box"] for face in answer["faces"]] == [[10, 20, 60, 80], [0, 0, 100, 200]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"max_faces": 3.0}, 3, id="a whole number with a point"),
        pytest.param({"max_faces": "3"}, 3, id="a number as text"),
        pytest.param({"max_faces": None}, None, id="null is not given"),
    ],
)
def test_json_options_may_be_written_in_several_ways(
    client: FlaskClient, detector: FakeDetector, jpeg: bytes, given: dict[str, Any], expected: int | None
) -> None:
    assert WAYS["json"](client, jpeg, **given).status_code == 200
    assert detector.calls[-1]["max_faces"] == expected


@pytest.mark.parametrize("spare", [0, 1, 2], ids=["no padding", "one =", "two ="])
@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda text: text.rstrip("="), id="without padding"),
        pytest.param(lambda text: text.replace("+", "-").replace("/", "_").rstrip("="), id="URL-safe"),
        pytest.param(lambda text: f" \n{text[:99]}\r\n{text[99:]}\n", id="in lines"),
        pytest.param(lambda text: f"data:image/jpeg;base64,{text.rstrip('=')}", id="data URL without padding"),
        pytest.param(lambda text: f"\ndata:image/png; charset=utf-8; base64,\n{text}", id="data URL with blanks"),
        pytest.param(lambda text: f"DATA:;BASE64,{quote(text, safe='')}", id="data URL with escapes"),
    ],
)
def test_base64_comes_in_the_spellings_of_many_languages(
    client: FlaskClient, jpeg: bytes, spell: Callable[[str], str], spare: int
) -> None:
    text = base64.b64encode(jpeg.ljust(len(jpeg) - len(jpeg) % 3 + 6 - spare, b"\0")).decode()
    assert text.count("=") == spare and {"+", "/"} <= set(text)
    assert client.post("/v1/detect", json={"image": spell(text)}).status_code == 200


def test_words_may_be_written_in_capitals(client: FlaskClient, jpeg: bytes) -> None:
    answer = WAYS["form"](client, jpeg, blur="ALL", input_size="FAST", annotate="True")
    assert "annotated" in answer.get_json()


@each_way
def test_an_empty_option_is_not_given(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send) -> None:
    answer = send(client, jpeg, **dict.fromkeys(Options.model_fields, ""))
    assert answer.status_code == 200
    assert {value for name, value in detector.calls[-1].items() if name != "size"} == {None}
    assert "annotated" not in answer.get_json()


@pytest.mark.parametrize("content_type", [None, "application/octet-stream", "image/png", "image/heic"])
def test_a_raw_body_is_told_by_its_bytes_and_not_by_its_header(
    client: FlaskClient, jpeg: bytes, content_type: str | None
) -> None:
    assert client.post("/v1/detect", data=jpeg, content_type=content_type).status_code == 200


def test_no_face_is_an_answer_too(client: FlaskClient, detector: FakeDetector, jpeg: bytes) -> None:
    detector.faces = ()
    answer = WAYS["raw"](client, jpeg)
    assert answer.status_code == 200
    assert answer.get_json()["faces"] == []
