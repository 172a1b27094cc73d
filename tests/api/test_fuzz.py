"""No body whatever makes the server fail."""

from __future__ import annotations

import base64
import json

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.schemas import Options
from maskcore.imaging import encode_jpeg
from maskcore.settings import Settings
from tests.api.conftest import ModeDetector
from tests.factories import make_picture

JPEG = encode_jpeg(make_picture((32, 24)))
ADDRESSES = ["/v1/detect", "/v1/batch", "/api/test"]
KINDS = [
    "",
    "image/jpeg",
    "application/octet-stream",
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "text/plain",
    "a/b; charset=\x01",
    ";;=",
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
OPTIONS = st.dictionaries(
    st.sampled_from([*Options.model_fields, "image", "images"]) | st.text(max_size=5), JSON_VALUES, max_size=4
)


@pytest.fixture(scope="module")
def fuzzed() -> FlaskClient:
    return create_app(ModeDetector(), Settings()).test_client()


def check(answer: object) -> None:
    """Success, or a problem below 500; JSON in any case."""
    assert answer.status_code in (200, 400, 413, 415, 422), answer.data  # type: ignore[attr-defined]
    body = json.loads(answer.data)  # type: ignore[attr-defined]
    assert ({"faces", "Values", "results"} & body.keys()) if answer.status_code == 200 else "detail" in body  # type: ignore[attr-defined]


@given(body=st.binary(max_size=300), kind=st.sampled_from(KINDS), address=st.sampled_from(ADDRESSES))
def test_any_bytes_of_any_kind(fuzzed: FlaskClient, body: bytes, kind: str, address: str) -> None:
    check(fuzzed.post(address, data=body, content_type=kind))


@given(cut=st.integers(0, len(JPEG)), at=st.integers(0, len(JPEG) - 1), byte=st.integers(0, 255))
def test_a_damaged_picture(fuzzed: FlaskClient, cut: int, at: int, byte: int) -> None:
    damaged = bytearray(JPEG)
    damaged[at] = byte
    check(fuzzed.post("/v1/detect", data=bytes(damaged[:cut]), content_type="image/jpeg"))


@given(body=OPTIONS)
def test_any_json(fuzzed: FlaskClient, body: dict[str, object]) -> None:
    check(fuzzed.post("/v1/detect", data=json.dumps(body), content_type="application/json"))


@given(pictures=st.lists(JSON_VALUES | st.just(base64.b64encode(JPEG).decode()), max_size=3), body=OPTIONS)
def test_any_batch(fuzzed: FlaskClient, pictures: list[object], body: dict[str, object]) -> None:
    check(fuzzed.post("/v1/batch", data=json.dumps(body | {"images": pictures}), content_type="application/json"))


@given(body=OPTIONS)
def test_any_options_beside_a_picture(fuzzed: FlaskClient, body: dict[str, object]) -> None:
    body["image"] = base64.b64encode(JPEG).decode()
    check(fuzzed.post("/v1/detect", data=json.dumps(body), content_type="application/json"))


@given(query=st.dictionaries(st.sampled_from([*Options.model_fields, "x"]), st.text(max_size=40)))
def test_any_query(fuzzed: FlaskClient, query: dict[str, str]) -> None:
    check(fuzzed.post("/v1/detect", data=JPEG, content_type="image/jpeg", query_string=query))


@given(middle=st.binary(max_size=200))
def test_any_form(fuzzed: FlaskClient, middle: bytes) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
    check(fuzzed.post("/v1/detect", data=head + middle, content_type="multipart/form-data; boundary=x"))
