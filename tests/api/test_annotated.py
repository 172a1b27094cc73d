"""The annotated picture comes inside the JSON or by itself, blurred where that is asked for."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from api.answer_shapes import DetectAnswer
from maskcore.drawing import draw_faces
from maskcore.imaging import encode_png
from maskcore.privacy import Blur, blur_faces, faces_to_blur
from tests.api.requests import WAYS, Send
from tests.factories import make_faces, make_picture

FACES = make_faces()
PICTURE = make_picture(faces=FACES)
PNG = encode_png(PICTURE)
each_way = pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())


def expected(blur: Blur | None) -> np.ndarray:
    return draw_faces(blur_faces(PICTURE, faces_to_blur(FACES, blur) if blur else []), FACES)


def decoded(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


@each_way
@pytest.mark.parametrize("truth", ["true", "1", "on"])
def test_it_comes_inside_the_json_as_a_jpeg(client: FlaskClient, send: Send, truth: str) -> None:
    answer = send(client, PNG, annotate=truth)
    text = DetectAnswer.model_validate_json(answer.data).annotated
    assert text is not None
    picture = base64.b64decode(text)
    assert picture.startswith(b"\xff\xd8")
    assert np.abs(decoded(picture).astype(int) - expected(None)).mean() < 4


@pytest.mark.parametrize("truth", [None, "false", "0", "off"])
def test_it_comes_only_when_asked_for(client: FlaskClient, truth: str | None) -> None:
    options = {} if truth is None else {"annotate": truth}
    assert "annotated" not in WAYS["raw"](client, PNG, **options).get_json()


@pytest.mark.parametrize("blur", [None, *Blur])
def test_a_client_that_wants_a_picture_gets_it_alone(client: FlaskClient, blur: Blur | None) -> None:
    query = {"blur": blur.value} if blur else {}
    answer = client.post("/v1/detect", data=PNG, headers={"Accept": "image/png"}, query_string=query)
    assert answer.content_type == "image/png"
    assert np.array_equal(decoded(answer.data), expected(blur))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/*", "image/jpeg"),
        ("image/jpeg", "image/jpeg"),
        ("image/png", "image/png"),
        ("image/png, application/json;q=0.5", "image/png"),
        ("image/webp, */*;q=0.1", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("application/json", "application/json"),
        ("text/html", "application/json"),
    ],
)
def test_the_accept_header_decides(client: FlaskClient, accept: str, kind: str) -> None:
    answer = client.post("/v1/detect", data=PNG, headers={"Accept": accept})
    assert answer.content_type == kind


def test_a_problem_stays_json_for_a_client_that_wants_a_picture(client: FlaskClient) -> None:
    answer = client.post("/v1/detect", data=b"none", headers={"Accept": "image/*"})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


@each_way
def test_blur_brings_the_picture_along(client: FlaskClient, send: Send) -> None:
    picture = base64.b64decode(send(client, PNG, blur="all").get_json()["annotated"])
    assert np.abs(decoded(picture).astype(int) - expected(Blur.ALL)).mean() < 4
