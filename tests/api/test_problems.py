"""Every error becomes a problem with a stable type, and no internals reach a caller."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.problems import STATUS_BY_ERROR
from maskcore.errors import MaskcoreError
from maskcore.settings import Settings
from tests.api.requests import WAYS, check_problem
from tests.factories import FakeDetector


@pytest.mark.parametrize(("error", "status"), STATUS_BY_ERROR.items(), ids=lambda value: getattr(value, "slug", value))
def test_every_error_of_the_core_is_answered_by_its_status(
    client: FlaskClient, detector: FakeDetector, jpeg: bytes, error: type[MaskcoreError], status: int
) -> None:
    detector.fail_with = error("Expected this, got that. Do so.")
    answer = WAYS["raw"](client, jpeg)
    assert check_problem(answer, status, error.slug) == "Expected this, got that. Do so."
    assert answer.get_json(force=True)["title"] == error.title


def test_an_unexpected_error_is_logged_and_not_told(
    client: FlaskClient, detector: FakeDetector, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    detector.fail_with = RuntimeError("secret of the house")
    with caplog.at_level(logging.ERROR):
        answer = WAYS["raw"](client, jpeg)
    check_problem(answer, 500, "internal")
    assert "secret" not in answer.get_data(as_text=True)
    assert "secret of the house" in caplog.text
    assert "POST /v1/detect failed" in caplog.text


@pytest.mark.parametrize("status", [400, 409, 413, 500, 503])
def test_what_flask_aborts_with_becomes_a_problem(status: int) -> None:
    from flask import abort

    app = create_app(FakeDetector(), Settings())
    app.add_url_rule("/stop", view_func=lambda: abort(status))
    answer = app.test_client().get("/stop")
    check_problem(answer, status, answer.get_json(force=True)["type"].removeprefix("/problems/"))
