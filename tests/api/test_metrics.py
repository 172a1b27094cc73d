"""GET /metrics tells Prometheus what happened, summed over the worker processes."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from maskcore.samples import SAMPLES
from tests.api.requests import WAYS
from tests.browser.servers import ROOT, free_port, start_server
from tests.factories import FakeDetector

Samples = dict[tuple[str, tuple[str, ...]], float]


def parse(text: str) -> Samples:
    """Values by name and label values."""
    families = text_string_to_metric_families(text)
    return {(each.name, tuple(each.labels.values())): each.value for family in families for each in family.samples}


def read(client: FlaskClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    return parse(answer.get_data(as_text=True))


def test_requests_are_counted_by_route_and_status(client: FlaskClient, jpeg: bytes) -> None:
    for body in (jpeg, jpeg, b"no picture"):
        WAYS["raw"](client, body)
    found = read(client)
    assert found["maskcore_requests_total", ("/v1/detect", "200")] == 2
    assert found["maskcore_requests_total", ("/v1/detect", "422")] == 1
    assert found["maskcore_request_seconds_count", ("/v1/detect",)] == 3


def test_addresses_that_do_not_exist_are_one_row(client: FlaskClient) -> None:
    for number in range(5):
        client.get(f"/nowhere/{number}")
    assert read(client)["maskcore_requests_total", ("none", "404")] == 5
    assert not [key for key in read(client) if "nowhere" in str(key)]


def test_errors_are_counted_by_type(client: FlaskClient, detector: FakeDetector, jpeg: bytes) -> None:
    WAYS["raw"](client, b"no picture")
    detector.fail_with = RuntimeError("broken")
    WAYS["raw"](client, jpeg)
    found = read(client)
    assert found["maskcore_errors_total", ("image-decode",)] == found["maskcore_errors_total", ("internal",)] == 1


def test_faces_are_counted_as_the_summary_counts_them(client: FlaskClient, jpeg: bytes) -> None:
    """One face of each look in every picture, whichever call sees it."""
    WAYS["raw"](client, jpeg)
    client.post("/api/test", data=jpeg)
    found = read(client)
    for label in ("mask", "no_mask", "incorrect", "uncertain"):
        assert found["maskcore_faces_total", (label,)] == 2


def test_every_stage_is_timed(client: FlaskClient, jpeg: bytes) -> None:
    WAYS["raw"](client, jpeg, annotate=True)
    found = read(client)
    for stage in ("decode", "prepare", "detect", "classify", "draw"):
        assert found["maskcore_stage_seconds_count", (stage,)] == 1
    assert found["maskcore_stage_seconds_sum", ("detect",)] == pytest.approx(0.002)


def test_the_model_is_named(client: FlaskClient) -> None:
    assert read(client)["maskcore_model_info", ("fake", "0.0")] == 1


def test_a_folder_that_is_missing_is_told_at_the_start(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "gone")}
    options = ("-k", "api.timely_worker.TimelyWorker", "--bind", "127.0.0.1:0")
    command = [sys.executable, "-m", "gunicorn", *options, "api.app:create_app()"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "PROMETHEUS_MULTIPROC_DIR" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_two_workers_tell_the_sum(tmp_path: Path) -> None:
    folder = tmp_path / "numbers"
    folder.mkdir()
    url = f"http://127.0.0.1:{(port := free_port())}"
    workers = ("-k", "gthread", "--threads", "1", "--workers", "2", "--bind", f"127.0.0.1:{port}")
    command = [sys.executable, "-m", "gunicorn", *workers, "api.app:create_app()"]
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    with start_server(command, f"{url}/health/ready", log=tmp_path / "server.log", environment=environment):
        for _ in range(20):
            picture = urllib.request.Request(f"{url}/v1/detect", SAMPLES[0].path.read_bytes())
            picture.add_header("Content-Type", "image/jpeg")
            urllib.request.urlopen(picture).close()
        with urllib.request.urlopen(f"{url}/metrics") as answer:
            found = parse(answer.read().decode())
    assert found["maskcore_requests_total", ("/v1/detect", "200")] == 20
    assert found["maskcore_stage_seconds_count", ("detect",)] == 20
    assert [key for key in found if key[0] == "maskcore_model_info"]
