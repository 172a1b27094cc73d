"""Every line of the access log is a JSON object, whatever a caller asks for, and a live stream has one at its end."""

from __future__ import annotations

import http.client
import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from api import gunicorn_conf
from api.access_log import AccessLogger
from maskcore.samples import SAMPLES
from tests.browser.servers import start_api
from tests.waiting import wait_until

JPEG = SAMPLES[0].path.read_bytes()


@pytest.fixture
def logger() -> Iterator[AccessLogger]:
    """Gunicorn's logger as the settings make it; what it does to the logging of this process is undone."""
    config = Config()
    config.set("accesslog", gunicorn_conf.accesslog)
    config.set("access_log_format", gunicorn_conf.access_log_format)
    logs = [logging.getLogger(name) for name in ("gunicorn.access", "gunicorn.error")]
    before = [(log.propagate, log.level, log.handlers[:]) for log in logs]
    yield AccessLogger(config)
    for log, (propagate, level, handlers) in zip(logs, before, strict=True):
        log.propagate, log.level, log.handlers = propagate, level, handlers


@pytest.mark.parametrize("path", ["/", '/a"b', "/a\\b", '/a\n{"status": 200}', "/\0\x1b[31m", "/ä\u2028ö", "/%s%(h)s"])
def test_no_address_breaks_a_line(logger: AccessLogger, path: str) -> None:
    logger.access_log.handlers = [logging.StreamHandler(written := io.StringIO())]
    environ = {"REMOTE_ADDR": "::1", "REQUEST_METHOD": "GET", "PATH_INFO": path, "RAW_URI": path, "SERVER_PROTOCOL": ""}
    answer = SimpleNamespace(status="404 NOT FOUND", sent=165, headers=[("X-Request-ID", "a")])
    logger.access(answer, [], environ, timedelta(seconds=1.5))
    line, end, rest = written.getvalue().partition("\n")
    assert (end, rest) == ("\n", "")
    told = json.loads(line)
    assert (told["path"], told["status"], told["bytes"], told["seconds"], told["request_id"]) == (
        path,
        404,
        165,
        1.5,
        "a",
    )
    assert datetime.fromisoformat(told["time"]).tzinfo


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.slow
def test_a_running_server_logs_requests_and_streams_alike(tmp_path: Path) -> None:
    client_of = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    log = tmp_path / "server.log"
    with start_api(log) as url:
        address = url.removeprefix("http://")
        caller = http.client.HTTPConnection(address, timeout=60)
        caller.request("POST", "/v1/detect", JPEG, {"X-Request-ID": "a-picture", "Content-Type": "image/jpeg"})
        assert json.load(caller.getresponse())["request_id"] == "a-picture"
        caller.close()
        named = {"X-Request-ID": "a-stream"}
        with client_of.connect(f"ws://{address}/v1/stream", proxy=None, additional_headers=named) as stream:
            assert stream.response.headers["X-Request-ID"] == "a-stream"
            stream.send(JPEG)
            stream.recv(timeout=60)
        wait_until(lambda: "a-stream" in log.read_text())
    told = {line["request_id"]: line for line in lines_of(log)}
    common = {"time", "request_id", "address", "method", "path", "status", "seconds"}
    assert told["a-picture"].keys() == common | {"bytes"}
    assert told["a-stream"].keys() == common | {"frames", "dropped", "close_code"}
    assert (told["a-stream"]["status"], told["a-stream"]["close_code"]) == (101, 1000)
    assert told["a-stream"]["frames"] == 1 and told["a-stream"]["seconds"] > 0
