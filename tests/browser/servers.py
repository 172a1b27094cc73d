"""Servers in processes of their own, for tests that need a real one."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parents[2]
PORTS = range(15_000, 32_000)  # below those that systems lend to outgoing connections

_untried = iter(random.SystemRandom().sample(PORTS, len(PORTS)))


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on; never the same one twice, and no connection is lent it."""
    return next(filter(_is_free, _untried))


@contextmanager
def start_server(
    command: Sequence[str],
    url: str,
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = 60,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in the checkout until the block ends; the block begins when `url` answers.

    Args:
        command: Program and arguments.
        url: What answers with a status below 400 once the server is ready.
        log: Where its output goes; quoted when it does not start.
        environment: Variables on top of those of this process.
        timeout_s: How long to wait for an answer.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=os.environ | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(process, url, log=log, timeout_s=timeout_s)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def start_app(
    log: Path, *, environment: Mapping[str, str] | None = None, program: Sequence[str] = ("-m", "streamlit")
) -> Iterator[str]:
    """The Streamlit app as `make run` starts it, on a port of its own; gives its address.

    Args:
        log: Where its output goes.
        environment: Variables on top of those of this process.
        program: What Python runs in place of `-m streamlit`.
    """
    port = free_port()
    command = [sys.executable, *program, "run", "streamlit_app.py", "--server.headless", "true"]
    url = f"http://127.0.0.1:{port}"
    command += ["--server.port", str(port)]
    with start_server(command, f"{url}/_stcore/health", log=log, environment=environment):
        yield url


@contextmanager
def start_api(log: Path) -> Iterator[str]:
    """The REST API with the model that ships, on a port of its own; gives its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with start_server([sys.executable, "-m", "api", "--port", str(port)], f"{url}/health", log=log):
        yield url


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, *, log: Path, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with status {process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"No answer from {url} within {timeout_s:g} s:\n{log.read_text()}")
