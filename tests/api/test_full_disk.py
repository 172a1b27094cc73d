"""A real server whose disk is full goes on with all that needs no disk, and says what it cannot keep."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from maskcore.samples import SAMPLES
from tests.browser.servers import free_port, start_server
from tests.maskcore.video.made import make_film

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("no right to make a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def post(url: str, body: bytes, kind: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": kind})) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_a_full_disk_stops_films_and_nothing_else(disk: Path, tmp_path: Path) -> None:
    url, own = f"http://127.0.0.1:{(port := free_port())}", {"MASKCORE_DATA_DIR": str(disk), "TMPDIR": str(disk)}
    command = [sys.executable, "-m", "api", "--port", str(port)]
    film, picture = make_film(tmp_path / "film.mp4").read_bytes(), SAMPLES[0].path.read_bytes()
    with start_server(command, f"{url}/health/ready", log=tmp_path / "log", environment=own):
        with (disk / "all").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while file.write(bytes(4096)):
                pass
        assert [post(f"{url}/v1/detect", picture, "image/jpeg")[0] for _ in range(3)] == [200] * 3
        status, told = post(f"{url}/v1/video", film, "video/mp4")
        assert status == 500 and "See that the disk has room" in told
        with urllib.request.urlopen(f"{url}/metrics") as answer:
            assert 'route="/v1/detect",status="200"} 3.0' in answer.read().decode()
        (disk / "all").unlink()
        assert post(f"{url}/v1/video", film, "video/mp4")[0] == 202
    assert (tmp_path / "log").read_text().count("Booting worker") == 1
