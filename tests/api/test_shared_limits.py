"""Instances that share a store count a caller's calls together, and go on counting alone where it is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.browser.servers import free_port, start_server

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(REDIS is None, reason="no Redis or Valkey is installed (Debian: apt-get install redis-server)"),
]
MOST = 4


@contextmanager
def store(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real store that keeps nothing on a disk; gives its address and process."""
    redis = pytest.importorskip("redis", reason="redis is not installed: pip install redis")
    port = free_port()
    command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        retry = redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 100)
        redis.Redis(port=port, retry=retry, retry_on_error=[redis.ConnectionError]).ping()
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.kill()
        process.wait()


def call(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/labels") as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_a_limit_holds_over_instances_and_a_store_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    with ExitStack() as running:
        address, process = running.enter_context(store(tmp_path))
        own = {"MASKCORE_RATE_LIMIT": f"{MOST}/hour", "MASKCORE_RATE_LIMIT_STORE": address}
        ports = [free_port(), free_port()]
        for port in ports:
            command = [sys.executable, "-m", "gunicorn", "--config", "python:api.gunicorn_conf", "--workers", "1"]
            command += ["--bind", f"127.0.0.1:{port}", "tests.api.slow_app:build()"]
            url, log = f"http://127.0.0.1:{port}/health/live", tmp_path / f"{port}.log"
            running.enter_context(start_server(command, url, log=log, environment=own))
        assert [call(ports[number % 2]) for number in range(MOST + 2)] == [200] * MOST + [429] * 2
        process.kill()
        process.wait()
        assert call(ports[0]) == 200
