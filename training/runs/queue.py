"""Runs trained in the background, one after another, by processes that outlive who started them."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from training.runs.folder import RunFolder, list_runs
from training.runs.standing import Standing, State, last_words, read_standing, write_standing
from training.runs.trouble import explain_exit
from training.runs.wishes import Wish, take_back, wish

CHECKOUT = Path(__file__).parents[2]
LOCK = "queue.lock"


def queue_run(folder: RunFolder) -> None:
    """Put a run behind those that wait, new or to go on from its last checkpoint, and see that somebody trains it.

    Nothing happens where the run is queued or trained already.
    """
    before = read_standing(folder)
    if not before.state.active or not folder.standing.exists():
        take_back(folder)
        done, wanted = folder.epochs_done(), folder.config()["config"]["epochs"]
        write_standing(folder, Standing(state=State.QUEUED, epoch=done, epochs=wanted))
    start_worker(folder.path.parent)


def pause_run(folder: RunFolder) -> None:
    """Hold a run after its next step; it keeps its memory."""
    wish(folder, Wish.PAUSE)


def resume_run(folder: RunFolder) -> None:
    """Let a paused run go on at once; queue one that ended to go on from its last checkpoint."""
    take_back(folder, Wish.PAUSE)
    queue_run(folder)


def stop_run(folder: RunFolder) -> None:
    """End a run after its next step, or take it out of the queue; its last checkpoint stays."""
    if (told := read_standing(folder)).state is State.QUEUED:
        write_standing(folder, replace(told, state=State.STOPPED))
    wish(folder, Wish.STOP)  # for a queued run too: it may have been taken from the queue just now


def queued_runs(root: Path) -> list[RunFolder]:
    """The runs that wait, in the order in which they were queued."""
    waiting = [(told.started_at, run) for run in list_runs(root) if (told := last_words(run)).state is State.QUEUED]
    return [run for _, run in sorted(waiting, key=lambda pair: pair[0])]


def start_worker(root: Path) -> None:
    """Start a process that works the queue off; it ends at once where another one does."""
    command = [sys.executable, "-m", "training", "work", str(root.resolve())]
    process = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a signal to the server's group, such as Ctrl-C, does not reach it
    )
    threading.Thread(target=process.wait, daemon=True, name="queue-worker").start()  # nobody else would bury it


def work_off(root: Path) -> None:
    """Train the runs of the queue one after another, each in a process of its own, until none waits.

    Where another process does this already, there is nothing to do.
    """
    while queued_runs(root):
        with _taken(root) as lock:
            if lock is None:
                return
            while waiting := queued_runs(root):
                _train(waiting[0], lock)
        # look again: somebody may have queued a run, and found the lock still taken, since the last look


def _train(folder: RunFolder, lock: IO[bytes]) -> None:
    command = [sys.executable, "-m", "training", "train-queued", str(folder.path)]
    with folder.output.open("ab") as output:
        # the child holds the lock too: where this process is killed, nobody trains the next run beside it
        status = subprocess.run(
            command, cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT, pass_fds=[lock.fileno()], check=False
        ).returncode
    told = last_words(folder)
    if told.state.active:
        state = State.FAILED if told.state is State.QUEUED else State.INTERRUPTED  # it never got to say that it starts
        take_back(folder)
        write_standing(folder, replace(told, state=state, left_s=None, problem=explain_exit(status)))


@contextmanager
def _taken(root: Path) -> Iterator[IO[bytes] | None]:
    """The queue's lock, held by one process at a time; None where another one holds it."""
    with (root / LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        os.set_inheritable(file.fileno(), True)
        yield file
