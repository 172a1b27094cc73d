"""What cannot be used is refused with the right status, and the answer says what to do."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug import Request
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from maskcore.imaging import encode_png
from tests.api.conftest import LIMIT_MB
from tests.api.requests import WAYS, Send, check_problem
from tests.factories import FakeDetector

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"


def post(client: FlaskClient, **request: Any) -> Any:
    return client.post("/v1/detect", **request)


@pytest.mark.parametrize(
    ("request_", "status", "slug", "says"),
    [
        pytest.param({}, 422, "image-missing", "empty", id="nothing at all"),
        pytest.param({"data": b"", "content_type": "image/png"}, 422, "image-missing", "empty", id="an empty body"),
        pytest.param({"data": b"hello", "content_type": "image/png"}, 422, "image-decode", "JPEG", id="no picture"),
        pytest.param({"data": GIF, "content_type": "image/gif"}, 415, "image-format", "GIF", id="a GIF"),
        pytest.param({"data": b"x", "content_type": "text/plain"}, 415, "media-type", "text/plain", id="plain text"),
        pytest.param({"data": {"a": "b"}}, 415, "media-type", "--data-binary", id="what curl sends by itself"),
        pytest.param({"data": b'{"image": "QQ=="}'}, 415, "media-type", "JSON and came without", id="JSON, untold"),
        pytest.param(
            {"data": b"--x\r\n", "content_type": "image/png"}, 415, "media-type", "a form", id="a form, untold"
        ),
        pytest.param(
            {"data": b"data:image/png;base64,iVB"}, 415, "media-type", "a data URL", id="a data URL by itself"
        ),
        pytest.param({"data": b"/9j/4AAQ"}, 415, "media-type", "base64 text", id="base64 by itself"),
        pytest.param(
            {"data": b"x", "content_type": "image/png", "headers": {"Content-Encoding": "gzip"}},
            415,
            "media-type",
            "gzip",
            id="a compressed body",
        ),
        pytest.param(
            {"data": b"--x", "content_type": "multipart/form-data"}, 400, "multipart", "boundary", id="no boundary"
        ),
        pytest.param(
            {"data": {"photo": (io.BytesIO(b"x"), "x.jpg")}}, 422, "image-missing", "'photo'", id="another field"
        ),
        pytest.param(
            {"data": {"image": "text"}, "content_type": "multipart/form-data"},
            422,
            "image-missing",
            "with a file name",
            id="a field instead of a file",
        ),
        pytest.param(
            {"data": {"image": [(io.BytesIO(b"x"), "1.jpg"), (io.BytesIO(b"y"), "2.jpg")]}},
            422,
            "image-missing",
            "one picture a call",
            id="two files",
        ),
        pytest.param(
            {"data": {"image": (io.BytesIO(b"x"), "1.jpg"), "blur": (io.BytesIO(b"all"), "2.txt")}},
            422,
            "option",
            "'blur' came as a file",
            id="an option as a file",
        ),
    ],
)
def test_a_body_that_cannot_be_used(
    client: FlaskClient, request_: dict[str, Any], status: int, slug: str, says: str
) -> None:
    assert says in check_problem(post(client, **request_), status, slug)


@pytest.mark.parametrize(
    ("body", "status", "slug", "says"),
    [
        pytest.param(b"", 400, "json", "no JSON", id="empty"),
        pytest.param(b"{", 400, "json", "no JSON", id="cut short"),
        pytest.param(b"\xff\xfe{", 400, "json", "no JSON", id="no text"),
        pytest.param(b'{"image": "QQ==", "min_score": NaN}', 400, "json", "NaN", id="NaN"),
        pytest.param(b"[" * 100_000, 400, "json", "too deeply", id="nested a hundred thousand deep"),
        pytest.param(b'{"max_faces": ' + b"9" * 5000 + b"}", 400, "json", "no JSON", id="a number of 5,000 digits"),
        pytest.param(b"[]", 400, "json", "object", id="a list"),
        pytest.param(b"{}", 422, "image-missing", "none", id="no image"),
        pytest.param(b'{"image": 7}', 422, "image-missing", "7", id="image is a number"),
        pytest.param(b'{"image": "http://example.org/a.jpg"}', 400, "base64", "no base64", id="an address"),
        pytest.param(b'{"image": "https://a.org/a.jpg"}', 400, "base64", "picture itself", id="a safe address"),
        pytest.param(b'{"image": "QQQQQ"}', 400, "base64", "no base64", id="a letter too many"),
        pytest.param(b'{"image": "Q=QQ"}', 400, "base64", "no base64", id="padding in the middle"),
        pytest.param(b'{"image": " "}', 422, "image-decode", "empty", id="blanks"),
        pytest.param(b'{"image": "QQ==", "blur": "all", "blur": "all"}', 422, "option", "twice", id="an option twice"),
        pytest.param(b'{"image": "\\ud800"}', 400, "base64", "no base64", id="half a character"),
        pytest.param(b'{"image": "data:image/png,abc"}', 400, "base64", "base64", id="a data URL without base64"),
        pytest.param(b'{"image": "data:image/png;base64"}', 400, "base64", "base64", id="a data URL without data"),
        pytest.param(b'{"image": "QQ=="}', 422, "image-decode", "not a picture", id="base64 of no picture"),
    ],
)
def test_json_that_cannot_be_used(client: FlaskClient, body: bytes, status: int, slug: str, says: str) -> None:
    answer = post(client, data=body, content_type="application/json")
    assert says in check_problem(answer, status, slug)


@pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("input_size", 100),
        ("input_size", "big"),
        ("input_size", 320.5),
        ("min_score", 1.5),
        ("min_score", "nan"),
        ("max_faces", 0),
        ("max_faces", 10**400),
        ("minscore", 0.5),
        ("annotate", "perhaps"),
        ("blur", "some"),
        ("faces", "1,2,3"),
        ("faces", [[1, 2, 3]]),
        ("faces", [[1, 2, 3, "4"]]),
        ("faces", [[0, 0, 1, 1]] * 2001),
    ],
)
def test_an_option_outside_its_range_is_named(
    client: FlaskClient, jpeg: bytes, send: Send, option: str, value: Any
) -> None:
    assert option in check_problem(send(client, jpeg, **{option: value}), 422, "option")


@pytest.mark.parametrize("value", [True, [1], {"a": 1}], ids=["true", "a list", "an object"])
def test_a_json_option_of_another_type_is_refused(client: FlaskClient, jpeg: bytes, value: Any) -> None:
    assert "max_faces" in check_problem(WAYS["json"](client, jpeg, max_faces=value), 422, "option")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[[1, 2, 3, NaN]]", "[[1, 2, 3, Infinity]]", "[[1, 2, 3, 1" + "0" * 400 + "]]"]
)
def test_boxes_that_are_no_numbers_are_refused(client: FlaskClient, jpeg: bytes, text: str) -> None:
    assert "faces" in check_problem(WAYS["form"](client, jpeg, faces=text), 422, "option")


def test_an_option_given_twice_is_refused(client: FlaskClient, jpeg: bytes) -> None:
    answer = client.post("/v1/detect?min_score=0.1&min_score=0.9", data=jpeg, content_type="image/jpeg")
    assert "twice" in check_problem(answer, 422, "option")


@pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())
def test_a_body_over_the_limit_is_refused(client: FlaskClient, detector: FakeDetector, jpeg: bytes, send: Send) -> None:
    too_large = jpeg + bytes(int(LIMIT_MB * 1e6) + 70_000)
    answer = send(client, too_large)
    assert answer.status_code == 413
    assert "MB" in check_problem(answer, 413, answer.get_json(force=True)["type"].removeprefix("/problems/"))
    assert not detector.calls


@pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())
def test_a_picture_just_under_the_limit_passes_every_way(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    padded = jpeg + bytes(int(LIMIT_MB * 1e6) - len(jpeg))
    assert send(client, padded).status_code == 200


class Endless(io.RawIOBase):
    """A body that never ends; counts what was read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.count += len(buffer)
        assert self.count < 10 * LIMIT_MB * 1e6, "the server reads on and on"
        return len(buffer)


def post_stream(client: FlaskClient, stream: Endless, **environ: Any) -> TestResponse:
    """Post past werkzeug's client, which would measure the body first."""
    whole = create_environ("/v1/detect", method="POST", content_type="image/jpeg") | {"wsgi.input": stream} | environ
    return TestResponse(*run_wsgi_app(client.application, whole), request=Request(whole))


def test_a_body_is_refused_by_its_announced_length_before_it_is_read(client: FlaskClient) -> None:
    stream = Endless()
    check_problem(post_stream(client, stream, CONTENT_LENGTH=str(10**12)), 413, "body-too-large")
    assert stream.count == 0


@pytest.mark.parametrize("kind", ["image/jpeg", "application/json", "multipart/form-data; boundary=x"])
def test_a_body_without_a_length_is_cut_off_at_the_limit(client: FlaskClient, kind: str) -> None:
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "CONTENT_TYPE": kind}
    answer = post_stream(client, Endless(), **environ)
    check_problem(answer, 413, "body-too-large")


def test_more_pixels_than_allowed_are_refused(client: FlaskClient) -> None:
    flat = encode_png(np.zeros((1001, 1000, 3), np.uint8))
    assert "megapixels" in check_problem(WAYS["raw"](client, flat), 413, "image-too-large")


def test_an_unknown_address_is_a_problem(client: FlaskClient) -> None:
    assert "/docs" in check_problem(client.get("/v2/detect"), 404, "not-found")


def test_another_method_is_a_problem_that_names_the_right_one(client: FlaskClient) -> None:
    answer = client.get("/v1/detect")
    assert "POST" in check_problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]
