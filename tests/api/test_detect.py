"""POST /v1/detect: three ways in, one shape out."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from api.schemas import DetectAnswer
from tests.api.requests import WAYS, Send
from tests.factories import FakeDetector, make_result

each_way = pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())


@each_way
def test_every_way_in_gets_the_shape_of_to_dict(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    answer = send(client, jpeg)
    assert answer.status_code == 200
    assert answer.get_json() == make_result().to_dict()


@each_way
def test_the_answer_is_the_documented_shape(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    DetectAnswer.model_validate_json(send(client, jpeg).data, strict=False)


def test_keys_come_in_the_order_of_to_dict(client: FlaskClient, jpeg: bytes) -> None:
    assert list(WAYS["raw"](client, jpeg).get_json()) == list(make_result().to_dict())


@each_way
def test_options_reach_the_detector(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send) -> None:
    assert send(client, jpeg, input_size=320, min_score=0.25, max_faces=2).status_code == 200
    asked = {name: detector.calls[-1][name] for name in ("input_size", "min_score", "max_faces")}
    assert asked == {"input_size": 320, "min_score": 0.25, "max_faces": 2}


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


def test_an_empty_form_field_is_not_given(client: FlaskClient, detector: FakeDetector, jpeg: bytes) -> None:
    assert WAYS["form"](client, jpeg, min_score="").status_code == 200
    assert detector.calls[-1]["min_score"] is None


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
