"""The original project's clients keep working."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.routes.legacy import as_original
from maskcore.imaging import encode_jpeg, encode_png
from maskcore.types import Label
from tests.api.conftest import LIMIT_MB
from tests.api.requests import check_problem
from tests.factories import FakeDetector, make_face, make_picture, make_result

Encode = Callable[[Any], bytes]


@pytest.mark.parametrize("address", ["/api/test", "/api/test/"])
@pytest.mark.parametrize("content_type", [None, "image/jpeg", "application/x-www-form-urlencoded", "text/plain"])
def test_an_encoded_picture_of_any_content_type_is_taken(
    client: FlaskClient, jpeg: bytes, address: str, content_type: str | None
) -> None:
    answer = client.post(address, data=jpeg, content_type=content_type)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "Values": "[1, 0, 0, 1]",
        "Boxes": "[[10, 60, 65, 130], [85, 60, 140, 130], [160, 60, 215, 130], [235, 60, 290, 130]]",
    }


def test_boxes_are_plain_whole_numbers_that_json_reads() -> None:
    answer = as_original(make_result([make_face(box=(1.6, 2.4, 30.5, 40.0))]))
    assert json.loads(answer["Boxes"]) == [[2, 2, 30, 40]]
    assert "." not in answer["Boxes"]


def test_no_face_gives_two_empty_lists(client: FlaskClient, detector: FakeDetector, jpeg: bytes) -> None:
    detector.faces = ()
    assert client.post("/api/test", data=jpeg).get_json() == {"Values": "[]", "Boxes": "[]"}


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [(b"", 422, "image-missing"), (b"no picture", 422, "image-decode"), (b'{"image": ""}', 415, "media-type")],
)
def test_a_bad_picture_is_a_problem(client: FlaskClient, body: bytes, status: int, slug: str) -> None:
    check_problem(client.post("/api/test", data=body), status, slug)


@pytest.mark.parametrize("address", ["/api/test", "/api/test/"])
@pytest.mark.parametrize("encode", [encode_jpeg, encode_png])
def test_the_kind_of_picture_is_told_by_its_bytes(client: FlaskClient, address: str, encode: Encode) -> None:
    """cv2.imencode of either kind, as the original's client sent it, with a header that says JPEG."""
    answer = client.post(address, data=encode(make_picture()), headers={"content-type": "image/jpeg"})
    assert len(json.loads(answer.get_json()["Values"])) == 4


@pytest.mark.parametrize(("label", "value"), [(Label.MASK, 1), (Label.NO_MASK, 0), (Label.INCORRECT, 0)])
def test_a_mask_is_one_and_all_else_is_none(label: Label, value: int) -> None:
    assert as_original(make_result([make_face(label=label)]))["Values"] == f"[{value}]"


@pytest.mark.parametrize("address", ["/api/test", "/api/test/"])
def test_only_post_is_taken(client: FlaskClient, address: str) -> None:
    assert "POST" in check_problem(client.get(address), 405, "method-not-allowed")


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    check_problem(client.post("/api/test", data=bytes(int(LIMIT_MB * 1e6) + 1)), 413, "body-too-large")
