"""While models are promoted, every request is answered, each by one model from its beginning to its end."""

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from maskcore import serving
from maskcore.active import POINTER, models_folder, point_back, point_to
from maskcore.imaging import encode_jpeg
from maskcore.models import SHIPPED, load_manifest
from maskcore.settings import Settings
from tests.api.requests import WAYS
from tests.factories import make_picture
from tests.maskcore.test_active import copy_model

SHIPPED_ID = load_manifest(SHIPPED).id
JPEG = encode_jpeg(make_picture((96, 96)))
TEXT = base64.b64encode(JPEG).decode()
PATIENCE_S = 60


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(serving, "LOOK_EVERY_S", 0.0)
    copy_model("mine", "mine-1")
    return create_app(settings=Settings(data_dir=tmp_path))


def test_a_promoted_model_answers_everywhere_in_a_running_server(app: Flask) -> None:
    client = app.test_client()

    def told() -> set[str]:
        metrics = client.get("/metrics").get_data(as_text=True)
        return {
            WAYS["raw"](client, JPEG).get_json()["model"]["id"],
            client.get("/health/ready").get_json()["model"]["id"],
            client.get("/v1/model").get_json()["id"],
            metrics.split('maskcore_model_info{id="')[1].split('"')[0],
        }

    assert told() == {SHIPPED_ID}
    point_to("mine")
    assert told() == {"mine-1"} and "mine-1" in client.get("/").get_data(as_text=True)
    point_back()
    assert told() == {SHIPPED_ID}


def test_a_stream_of_requests_is_answered_while_models_change(app: Flask) -> None:
    ended, answers = threading.Event(), []

    def ask() -> None:
        client = app.test_client()
        while not ended.is_set():
            answer = client.post("/v1/batch", json={"images": [TEXT, TEXT]})
            answers.append((answer.status_code, {each["model"]["id"] for each in answer.get_json()["results"]}))

    def wait_for_answers(model: str | None = None, *, count: int = 3) -> None:
        """Until so many more came, of this model or of any."""
        begun, until_s = len(answers), time.monotonic() + PATIENCE_S
        while sum(model in (None, *models) for _, models in answers[begun:]) < count:
            assert time.monotonic() < until_s, f"no answers of {model}"
            time.sleep(0.01)

    callers = [threading.Thread(target=ask) for _ in range(3)]
    for caller in callers:
        caller.start()
    try:
        for _ in range(5):
            point_to("mine")
            wait_for_answers("mine-1")
            (models_folder() / POINTER).write_text('{"models": ["mi')  # as a writer that was killed could leave it
            wait_for_answers()
            (models_folder() / POINTER).write_text('{"models": [""]}')
            wait_for_answers(SHIPPED_ID)
    finally:
        ended.set()
        for caller in callers:
            caller.join(PATIENCE_S)

    assert {status for status, _ in answers} == {200}
    assert {len(models) for _, models in answers} == {1}, "a batch is of one model"
    assert {model for _, models in answers for model in models} == {SHIPPED_ID, "mine-1"}
