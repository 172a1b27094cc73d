"""Who watches the server learns whether it lives and whether it can work."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from api.answer_shapes import HealthAnswer, LabelsAnswer, LiveAnswer
from api.app import create_app
from maskcore import serving
from maskcore.settings import Settings
from maskcore.styles import LABEL_STYLES
from maskcore.types import Label, Uncertain
from tests.api.requests import check_problem
from tests.factories import FakeDetector


@pytest.mark.parametrize("address", ["/health", "/health/ready"])
def test_health_names_the_model(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert HealthAnswer.model_validate(answer.get_json()).model.id == "fake"


def loading(detector: FakeDetector, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of an application that loads its model, and finds this one."""
    monkeypatch.setattr(serving, "MaskDetector", lambda *_, **__: detector)
    return create_app(settings=Settings()).test_client()


def test_ready_means_that_the_model_has_run_once(detector: FakeDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    client = loading(detector, monkeypatch)
    assert [client.get("/health/ready").status_code for _ in range(3)] == [200, 200, 200]
    assert len(detector.calls) == 1


def test_not_ready_with_a_model_that_fails_but_alive(detector: FakeDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    detector.fail_with = RuntimeError("Node number 3 failed to invoke.")
    client = loading(detector, monkeypatch)
    assert "Node number 3" in check_problem(client.get("/health/ready"), 503, "model-mismatch")
    assert LiveAnswer.model_validate(client.get("/health/live").get_json()).status == "ok"


def test_every_label_and_reason_is_told(client: FlaskClient) -> None:
    told = LabelsAnswer.model_validate_json(client.get("/v1/labels").data)
    assert [each.label for each in told.labels] == list(Label)
    assert [each.reason for each in told.uncertain] == list(Uncertain)
    assert [each.color for each in told.labels] == [LABEL_STYLES[label].color_hex for label in Label]
