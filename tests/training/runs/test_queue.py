"""The queue trains one run after another, in processes that nobody has to wait for."""

import fcntl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.training.runs.made import DEAD, make_run, put
from training.runs import queue
from training.runs.standing import State, read_standing
from training.runs.wishes import Wish, is_wished, wish

_BEGIN = """
import os, sys
from pathlib import Path
from tests.training.runs.made import *
folder = RunFolder(Path(sys.argv[1]))
"""
DONE = _BEGIN + "put(folder, State.DONE)"
DIES = _BEGIN + "put(folder, State.RUNNING, owner=DEAD)\nos.kill(os.getpid(), 9)"
BREAKS = "raise SystemExit(3)"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """No worker is started; the roots for which one would be."""
    roots: list[Path] = []
    monkeypatch.setattr(queue, "start_worker", roots.append)
    return roots


def train_by(monkeypatch: pytest.MonkeyPatch, code: str) -> list[str]:
    """Let `code` stand for a training; the names of the runs in their order."""
    order: list[str] = []
    real = subprocess.run

    def run(command: list[str], **how: object) -> subprocess.CompletedProcess[bytes]:
        order.append(Path(command[-1]).name)
        return real([sys.executable, "-c", code, command[-1]], **how)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(queue.subprocess, "run", run)
    return order


def test_runs_are_trained_in_the_order_they_were_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[Path]
) -> None:
    first, second = make_run(tmp_path), make_run(tmp_path)
    for folder in (second, first):
        queue.queue_run(folder)
    order = train_by(monkeypatch, DONE)

    queue.work_off(tmp_path)

    assert order == [second.path.name, first.path.name]
    assert read_standing(first).state is read_standing(second).state is State.DONE
    assert started == [tmp_path, tmp_path]


def test_a_killed_training_is_interrupted_and_the_next_one_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[Path]
) -> None:
    folder = make_run(tmp_path, epochs_done=1)
    queue.queue_run(folder)
    train_by(monkeypatch, DIES)
    queue.work_off(tmp_path)
    told = read_standing(folder)
    assert told.state is State.INTERRUPTED and "out of memory" in told.problem

    queue.resume_run(folder)

    assert [run.path for run in queue.queued_runs(tmp_path)] == [folder.path]
    assert read_standing(folder).epoch == 1


def test_a_training_that_cannot_even_start_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[Path]
) -> None:
    folder = make_run(tmp_path)
    queue.queue_run(folder)
    train_by(monkeypatch, BREAKS)

    queue.work_off(tmp_path)

    assert read_standing(folder).state is State.FAILED and "status 3" in read_standing(folder).problem


def test_a_second_worker_leaves_the_queue_to_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[Path]
) -> None:
    queue.queue_run(make_run(tmp_path))
    order = train_by(monkeypatch, DONE)
    with (tmp_path / queue.LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        queue.work_off(tmp_path)

    assert order == []


def test_a_run_that_runs_is_not_queued_again(tmp_path: Path, started: list[Path]) -> None:
    folder = put(make_run(tmp_path), State.QUEUED, epoch=3)

    queue.queue_run(folder)

    assert read_standing(folder).epoch == 3


def test_stop_takes_a_run_out_of_the_queue(tmp_path: Path, started: list[Path]) -> None:
    folder = put(make_run(tmp_path), State.QUEUED)

    queue.stop_run(folder)

    assert read_standing(folder).state is State.STOPPED
    assert is_wished(folder, Wish.STOP), "a worker may have taken it just before"
    queue.resume_run(folder)
    assert not is_wished(folder, Wish.STOP)


def test_pause_is_a_wish_that_resume_takes_back(tmp_path: Path, started: list[Path]) -> None:
    folder = put(make_run(tmp_path), State.PAUSED, owner=DEAD)
    wish(folder, Wish.STOP)

    queue.pause_run(folder)
    assert is_wished(folder, Wish.PAUSE)
    queue.resume_run(folder)

    assert not is_wished(folder, Wish.PAUSE)


def test_a_worker_is_a_session_of_its_own_that_ends_with_the_queue(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    put(folder, State.QUEUED)
    (tmp_path / "data").mkdir()

    queue.start_worker(tmp_path)

    until_s = time.monotonic() + 120
    while read_standing(folder).state.active and time.monotonic() < until_s:
        time.sleep(0.1)
    assert read_standing(folder).state is State.FAILED
    assert "Expected pictures with labels" in read_standing(folder).problem
