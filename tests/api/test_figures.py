"""Figures for /metrics go with their server; those of a killed one go at the next start, those in use never."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from api import figures
from api.figures import FiguresFolder
from tests.browser.servers import ROOT
from tests.waiting import wait_until

# A server and the process that it forks; both wait until they are killed.
SERVER = """
import os, signal, sys
from pathlib import Path
from api.figures import FiguresFolder
folder = FiguresFolder(Path(sys.argv[1]))
forked = os.fork()
if forked:
    print(folder.path, forked, flush=True)
signal.pause()
"""


def test_the_folder_goes_with_its_server(tmp_path: Path) -> None:
    folder = FiguresFolder(tmp_path)
    assert list(tmp_path.iterdir()) == [folder.path] and not list(folder.path.iterdir())
    folder.remove()
    assert not list(tmp_path.iterdir())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Path, int, int]]:
    """The folder of a server, its process, and the one that it forked."""
    command = [sys.executable, "-c", SERVER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout
        path, forked = server.stdout.readline().split()
        yield Path(path), server.pid, int(forked)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def test_a_folder_stays_as_long_as_a_process_of_its_server_lives(
    running: tuple[Path, int, int], tmp_path: Path
) -> None:
    used, server, forked = running

    def is_taken_away() -> bool:
        FiguresFolder(tmp_path).remove()
        return not used.exists()

    (used / "counter_1.db").touch()
    assert not is_taken_away()
    os.kill(server, signal.SIGKILL)
    os.waitid(os.P_PID, server, os.WEXITED | os.WNOWAIT)
    assert not is_taken_away(), "the forked one lives"
    os.kill(forked, signal.SIGKILL)
    wait_until(is_taken_away)


def test_nothing_else_is_taken_away(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (kept / "folder").mkdir(parents=True)
    (tmp_path / "maskcore-figures-link").symlink_to(kept, target_is_directory=True)
    (tmp_path / "maskcore-figures-file").touch()
    before = set(tmp_path.rglob("*"))
    FiguresFolder(tmp_path).remove()
    assert set(tmp_path.rglob("*")) == before


def test_another_server_may_take_a_folder_away_before_it_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_file, taken = figures.fcntl.flock, []

    def late(lock: int, how: int) -> None:
        lock_file(lock, how)
        if not taken:
            taken.append(Path(os.readlink(f"/proc/self/fd/{lock}")))
            shutil.rmtree(taken[0])

    if not Path("/proc/self/fd").exists():
        pytest.skip("this system has no /proc")
    monkeypatch.setattr(figures.fcntl, "flock", late)
    folder = FiguresFolder(tmp_path)
    assert taken and folder.path.exists() and folder.path != taken[0]
