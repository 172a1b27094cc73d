"""The model's card, and what is answered without a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.answer_shapes import ModelCardAnswer
from api.app import create_app
from maskcore.settings import Settings
from tests.api.requests import WAYS, check_problem
from tests.factories import FakeDetector

MANIFEST = {
    "id": "made",
    "version": "7",
    "labels": ["mask", "no_mask", "incorrect"],
    "detector": {"file": "detector.tflite", "sha256": "0"},
    "classifier": {"file": "classifier.tflite", "sha256": "0", "side": 64, "margin": 0.2},
    "pool": {"crop": 1, "whole": 0.5},
    "thresholds": {"unsure": 0.6, "small": 12, "blurred": 1, "dark": 20},
}


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    (tmp_path / "model.json").write_text(json.dumps(MANIFEST))
    (tmp_path / "card.md").write_text("# A made model\n")
    return tmp_path


def test_the_card_comes_as_json_and_as_markdown(model_dir: Path) -> None:
    detector = FakeDetector()
    detector.folder = model_dir
    client = create_app(detector).test_client()
    card = ModelCardAnswer.model_validate(client.get("/v1/model").get_json())
    assert (card.id, card.version, card.markdown) == ("made", "7", "# A made model\n")
    assert card.card["thresholds"] == MANIFEST["thresholds"]


def test_without_a_model_the_server_starts_and_every_call_says_why(
    tmp_path: Path, jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(settings=Settings(model_dir=tmp_path / "gone")).test_client()
    assert "gone" in caplog.text
    calls = (client.get("/health"), client.get("/health/ready"), client.get("/v1/model"), client.post("/v1/batch"))
    for answer in (*calls, WAYS["raw"](client, jpeg)):
        assert "MASKCORE_MODEL_DIR" in check_problem(answer, 503, "model-missing")
    assert client.get("/").status_code == client.get("/health/live").status_code == 200


def test_a_person_who_asks_for_the_card_is_told_on_a_page_why_there_is_none(tmp_path: Path) -> None:
    client = create_app(settings=Settings(model_dir=tmp_path / "gone")).test_client()
    answer = client.get("/model")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "The model is missing" in answer.text and "MASKCORE_MODEL_DIR" in answer.text


def test_a_person_reads_the_card_on_a_page(model_dir: Path) -> None:
    detector = FakeDetector()
    detector.folder = model_dir
    answer = create_app(detector).test_client().get("/model")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<h1>A made model</h1>" in answer.text


def test_a_damaged_model_is_told_in_the_same_way(model_dir: Path) -> None:
    (model_dir / "detector.tflite").write_bytes(b"another graph")
    client = create_app(settings=Settings(model_dir=model_dir)).test_client()
    assert "detector.tflite" in check_problem(client.get("/health"), 503, "model-mismatch")
