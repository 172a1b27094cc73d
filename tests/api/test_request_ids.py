"""Caller and log share a name for every request."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from tests.api.requests import WAYS
from tests.factories import FakeDetector


@pytest.mark.parametrize("came", ["a", "6f1c2b3a-0d2e-4c8e-9a61-1f2b3c4d5e6f", "trace:1/2=+._-", "x" * 128])
def test_a_sane_name_is_kept(client: FlaskClient, jpeg: bytes, came: str) -> None:
    answer = client.post("/v1/detect", data=jpeg, headers={"X-Request-ID": came})
    assert answer.headers["X-Request-ID"] == answer.get_json()["request_id"] == came


@pytest.mark.parametrize("came", ["", "x" * 129, "two words", "<script>", "ä", "a;b"])
def test_another_name_is_replaced(client: FlaskClient, jpeg: bytes, came: str) -> None:
    answer = client.post("/v1/detect", data=jpeg, headers={"X-Request-ID": came})
    assert answer.headers["X-Request-ID"] == answer.get_json()["request_id"] != came
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("address", ["/", "/health", "/nowhere", "/v1/detect"])
def test_every_answer_has_a_name_of_its_own(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["X-Request-ID"] != client.get(address).headers["X-Request-ID"]


def test_the_log_names_the_request_that_failed(
    client: FlaskClient, detector: FakeDetector, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    detector.fail_with = RuntimeError("broken")
    with caplog.at_level(logging.ERROR):
        answer = WAYS["raw"](client, jpeg)
    assert answer.headers["X-Request-ID"] in caplog.text
