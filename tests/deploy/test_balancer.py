"""Two instances behind a real nginx, set up as it ships: one is killed, or both have too much to do."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.slow_app import GATE
from tests.api.test_overload import gunicorn as slow_gunicorn
from tests.bench.load import send_load
from tests.bench.serving import gunicorn, sample_picture
from tests.browser.servers import ROOT, free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: apt-get install nginx-light)"),
]
CONNECTIONS, THREADS, SECONDS = 6, 4, 8.0
INSTANCE = re.findall(r"^ *(server 127\.0\.0\.1:8000.*;)$", (ROOT / "deploy/nginx.conf").read_text(), re.MULTILINE)[0]


def make_certificate(folder: Path) -> Path:
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run([*command.split(), *files], cwd=folder, check=True, capture_output=True)
    return folder / "certificate.pem"


def configure(folder: Path, *, port: int, instances: list[int]) -> Path:
    """deploy/nginx.conf with places, ports and instances of this test; nothing else is changed."""
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    user = "user root;\n" if os.geteuid() == 0 else ""  # pytest's folder is closed to nginx's own user
    own = f"{user}pid {folder}/pid;\ndaemon off;\nerror_log {folder}/error.log;\nevents {{"
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    changes = {
        INSTANCE: "\n".join(INSTANCE.replace("8000", str(each)) for each in instances),
        "/etc/ssl/example.org.pem": f"{folder}/certificate.pem",
        "/etc/ssl/private/example.org.key": f"{folder}/key.pem",
        "/etc/nginx/maskcheck.users": f"{folder}/users",
        "listen 80 ": f"listen 127.0.0.1:{free_port()} ",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "http {": f"http {{\naccess_log off;\n{temporary}",
        "events {": own,
    }
    for old, new in changes.items():
        assert old in text, f"deploy/nginx.conf no longer says {old!r}"
        text = text.replace(old, new)
    (folder / "users").touch()
    path = folder / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    return path


def kill_group(pid: int) -> None:
    """The whole instance at once, as when its machine loses power."""
    os.killpg(pid, signal.SIGKILL)


@contextmanager
def balancer(folder: Path, *, instances: list[int]) -> Iterator[str]:
    """nginx in front of instances; gives its address."""
    port = free_port()
    file = configure(folder, port=port, instances=instances)
    subprocess.run([str(NGINX), "-t", "-e", folder / "start.log", "-c", file], check=True, capture_output=True)
    with subprocess.Popen([str(NGINX), "-e", folder / "start.log", "-c", file], cwd=folder) as process:
        try:
            wait_for_port(port)
            yield f"https://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for_port(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


def test_an_instance_that_dies_under_load_costs_no_request_beyond_those_in_its_hands(tmp_path: Path) -> None:
    certificate, ports = make_certificate(tmp_path), [free_port(), free_port()]
    with (
        gunicorn(workers=1, threads=THREADS, port=ports[0]) as (_, victim),
        gunicorn(workers=1, threads=THREADS, port=ports[1]),
        balancer(tmp_path, instances=ports) as url,
    ):
        end = threading.Timer(SECONDS / 2, kill_group, [victim])
        end.start()
        load = send_load(url, [sample_picture()], connections=CONNECTIONS, seconds=SECONDS, certificate=certificate)
        end.join()
    refused = re.findall(r"upstream.*", (tmp_path / "error.log").read_text())
    print(f"{load.statuses} answers, {load.lost} lost, {len(refused)} passed on by nginx")
    # nginx asks the other instance, unless part of the answer has gone to the caller
    assert len(load.lost) <= THREADS and all(lost.startswith("IncompleteRead") for lost in load.lost), load.lost
    assert load.statuses.keys() == {200}
    assert refused, "the instance died unnoticed: nothing was proved"


def look(url: str, certificate: Path) -> http.client.HTTPResponse:
    trust = ssl.create_default_context(cafile=certificate)
    connection = http.client.HTTPSConnection("127.0.0.1", urlsplit(url).port, context=trust, timeout=60)
    connection.request("POST", "/v1/detect", sample_picture(), {"Content-Type": "image/jpeg"})
    with closing(connection):
        answer = connection.getresponse()
        answer.read()
        return answer


def test_instances_that_have_too_much_to_do_are_not_taken_for_dead(tmp_path: Path) -> None:
    certificate, gate = make_certificate(tmp_path), tmp_path / "closed"
    for name in ("1", "2"):
        (tmp_path / name).mkdir()
    own = {"MASKCORE_MAX_IN_HAND": "1", GATE: str(gate)}
    with ExitStack() as stack:
        running = [stack.enter_context(slow_gunicorn(tmp_path / name, **own)) for name in ("1", "2")]
        url = stack.enter_context(balancer(tmp_path, instances=[each.port for each in running]))
        gate.touch()
        pool = stack.enter_context(ThreadPoolExecutor(2))
        stack.callback(gate.unlink, missing_ok=True)  # before the pool is waited for
        begun = [pool.submit(each.look) for each in running]
        for each in running:
            each.wait_for_work(1)
        put_off = [look(url, certificate) for _ in range(6)]
        assert [(answer.status, answer.getheader("Retry-After")) for answer in put_off] == [(503, "1")] * 6
        gate.unlink()
        assert [each.result() for each in begun] == [200, 200]
        assert look(url, certificate).status == 200
