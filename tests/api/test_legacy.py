"""The original project's clients keep working."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from api.routes.legacy import as_original
from tests.api.requests import check_problem
from tests.factories import FakeDetector, make_face, make_result


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
    ("body", "status", "slug"), [(b"", 422, "image-missing"), (b"no picture", 422, "image-decode")]
)
def test_a_bad_picture_is_a_problem(client: FlaskClient, body: bytes, status: int, slug: str) -> None:
    check_problem(client.post("/api/test", data=body), status, slug)
