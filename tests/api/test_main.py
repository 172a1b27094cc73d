"""`python -m api` and gunicorn start the same application, and TensorFlow stays out of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def fetch(address: str, process: subprocess.Popen[str]) -> int:
    """The status of an address, as soon as somebody answers."""
    for _ in range(150):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server never answered")


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("api", "--port", "{port}"), id="python -m api"),
        pytest.param(
            ("gunicorn", "-k", "gthread", "--threads", "2", "-b", "127.0.0.1:{port}", "api.app:create_app()"),
            id="gunicorn",
        ),
    ],
)
def test_the_server_starts_and_answers(command: tuple[str, ...]) -> None:
    port = str(free_port())
    with running(*(part.format(port=port) for part in command)) as process:
        assert fetch(f"http://127.0.0.1:{port}/openapi.json", process) == 200


def test_a_bad_setting_is_told_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api"],
        cwd=ROOT,
        env=os.environ | {"MASKCORE_MIN_SCORE": "2"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "MASKCORE_MIN_SCORE" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_application_loads_neither_tensorflow_nor_streamlit() -> None:
    code = (
        "import sys, api.app; "
        "sys.exit(', '.join({'tensorflow', 'keras', 'streamlit', 'training'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
