"""`python -m api` and gunicorn start the same application, and TensorFlow stays out of it."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from maskcore.models import SHIPPED, load_model_card
from tests.browser.servers import ROOT, free_port, start_server


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
def test_the_server_starts_and_answers(command: tuple[str, ...], tmp_path: Path) -> None:
    port = str(free_port())
    address = f"http://127.0.0.1:{port}/openapi.json"
    parts = [sys.executable, "-m", *(part.format(port=port) for part in command)]
    with start_server(parts, address, log=tmp_path / "server.log"), urllib.request.urlopen(address) as answer:
        assert answer.status == 200


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["", "# none yet\n"], ids=["without keys", "with keys"])
def test_one_line_tells_where_it_listens_and_what_it_serves(keys: str, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(keys)
    environment = {"MASKCORE_API_KEYS_FILE": str(tmp_path / "keys")} if keys else {}
    url, log = f"http://127.0.0.1:{(port := free_port())}", tmp_path / "server.log"
    command = [sys.executable, "-m", "api", "--port", str(port)]
    with start_server(command, f"{url}/health/ready", log=log, environment=environment):
        (line,) = (line for line in log.read_text().splitlines() if "Ready at" in line)
    for told in (url, load_model_card(SHIPPED).info.id, "/docs", "API keys are" if keys else "no API key is"):
        assert told in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("MASKCORE_MIN_SCORE", "2"), ("MASKCORE_API_KEYS_FILE", "gone"), ("MASKCORE_CAMERAS", "x")],
)
def test_a_bad_setting_is_told_without_a_traceback(name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api", "--port", "0"],
        cwd=ROOT,
        env=os.environ | {name: value},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_the_application_loads_neither_tensorflow_nor_streamlit() -> None:
    code = (
        "import sys, api.app; "
        "sys.exit(', '.join({'tensorflow', 'keras', 'streamlit', 'training'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
