"""POST /v1/batch: many pictures, and a bad one spoils no other."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.answer_shapes import BatchAnswer
from maskcore.errors import ImageDecodeError
from maskcore.modes import Mode
from tests.api.conftest import BATCH_IMAGES, BATCH_MB, LIMIT_MB
from tests.api.requests import check_problem, send_raw
from tests.api.test_detect import shared
from tests.factories import FakeDetector, make_result

Send = Callable[..., TestResponse]


def send_form(client: FlaskClient, pictures: list[bytes], **options: Any) -> TestResponse:
    files = [(io.BytesIO(picture), f"{number}.jpg") for number, picture in enumerate(pictures)]
    return client.post("/v1/batch", data={"image": files} | {name: str(value) for name, value in options.items()})


def send_json(client: FlaskClient, pictures: list[bytes], **options: Any) -> TestResponse:
    texts = [base64.b64encode(picture).decode() for picture in pictures]
    return client.post("/v1/batch", json={"images": texts} | options)


each_way = pytest.mark.parametrize("send", [send_form, send_json])


@each_way
def test_every_picture_gets_what_it_gets_alone(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    answer = send(client, [jpeg, jpeg]).get_json()
    assert [shared(result) for result in answer["results"]] == [make_result().to_dict()] * 2
    alone = send_raw(client, jpeg).get_json()
    alone.pop("request_id")
    assert answer["results"] == [alone, alone]
    assert answer["summary"] == {"pictures": 2, "failed": 0}


@each_way
def test_a_bad_picture_spoils_no_other(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    answer = send(client, [jpeg, b"no picture", jpeg])
    assert answer.status_code == 200
    BatchAnswer.model_validate_json(answer.data)
    first, bad, last = answer.get_json()["results"]
    assert len(first["faces"]) == len(last["faces"]) == 4
    assert (bad["type"], bad["status"]) == ("/problems/image-decode", 422)
    assert answer.get_json()["summary"] == {"pictures": 3, "failed": 1}


@pytest.mark.parametrize(
    ("bad", "slug"),
    [("?", "base64"), ("", "image-missing"), (None, "image-missing"), (7, "image-missing"), ({}, "image-missing")],
)
def test_a_text_that_is_no_base64_spoils_no_other(client: FlaskClient, jpeg: bytes, bad: Any, slug: str) -> None:
    good = base64.b64encode(jpeg).decode()
    told, seen = client.post("/v1/batch", json={"images": [bad, good]}).get_json()["results"]
    assert told["type"] == f"/problems/{slug}"
    assert len(seen["faces"]) == 4


@each_way
def test_a_picture_over_the_limit_of_one_spoils_no_other(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    too_large = jpeg + bytes(int(LIMIT_MB * 1e6))
    told, seen = send(client, [too_large, jpeg]).get_json()["results"]
    assert (told["type"], told["status"]) == ("/problems/image-too-large", 413)
    assert len(seen["faces"]) == 4


def test_a_bare_list_is_taken_too(client: FlaskClient, jpeg: bytes) -> None:
    answer = client.post("/v1/batch", json=[base64.b64encode(jpeg).decode()])
    assert len(answer.get_json()["results"]) == 1


@each_way
def test_options_hold_for_every_picture(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send) -> None:
    answer = send(client, [jpeg, jpeg], input_size="fast", max_faces=1, annotate="true").get_json()
    assert [call["input_size"] for call in detector.calls] == [Mode.FAST, Mode.FAST]
    assert all(len(result["faces"]) == 1 and result["annotated"] for result in answer["results"])


@each_way
@pytest.mark.parametrize(("option", "value"), [("min_score", 2), ("max_faces", "many"), ("faces", "[]")])
def test_an_option_that_cannot_be_used_is_no_picture_s_fault(
    client: FlaskClient, jpeg: bytes, send: Send, option: str, value: Any
) -> None:
    assert option in check_problem(send(client, [jpeg], **{option: value}), 422, "option")


@each_way
def test_too_many_pictures_are_refused(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send) -> None:
    answer = send(client, [jpeg] * (BATCH_IMAGES + 1))
    assert f"at most {BATCH_IMAGES}" in check_problem(answer, 413, "batch-too-large")
    assert not detector.calls


@each_way
def test_too_many_bytes_together_are_refused(client: FlaskClient, detector: FakeDetector, send: Send) -> None:
    part = bytes(int(BATCH_MB * 1e6 / 2) + 70_000)
    check_problem(send(client, [part, part]), 413, "body-too-large")
    assert not detector.calls


@pytest.mark.parametrize(
    ("request_", "status", "slug"),
    [
        pytest.param({"data": b"x", "content_type": "image/jpeg"}, 415, "media-type", id="a raw body"),
        pytest.param({"json": {}}, 422, "image-missing", id="no list"),
        pytest.param({"json": {"images": []}}, 422, "image-missing", id="an empty list"),
        pytest.param({"json": []}, 422, "image-missing", id="a bare empty list"),
        pytest.param({"json": {"images": "QQ=="}}, 422, "image-missing", id="text for a list"),
        pytest.param({"json": "QQ=="}, 400, "json", id="bare text"),
        pytest.param({"data": {"photo": (io.BytesIO(b"x"), "x.jpg")}}, 422, "image-missing", id="another field"),
    ],
)
def test_a_body_that_cannot_be_used(client: FlaskClient, request_: dict[str, Any], status: int, slug: str) -> None:
    check_problem(client.post("/v1/batch", **request_), status, slug)


def test_an_error_of_the_detector_stays_with_its_picture(
    client: FlaskClient, detector: FakeDetector, jpeg: bytes
) -> None:
    detector.fail_with = ImageDecodeError("Expected this, got that.")
    (told,) = send_json(client, [jpeg]).get_json()["results"]
    assert told["detail"] == "Expected this, got that."
