"""Jobs are worked off one after another; each ends in a state that tells why."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest

from maskcore.errors import SettingsError, VideoDecodeError
from maskcore.jobs.job import State
from maskcore.jobs.runner import JobRunner
from maskcore.jobs.store import JobStore
from tests.maskcore.jobs.waiting import wait_for

DAY = timedelta(hours=24)


@pytest.fixture
def store(tmp_path):
    return JobStore(tmp_path)


def run(store, work, **options):
    runner = JobRunner(store, work)
    return runner, runner.add(options, {"film": io.BytesIO(b"")})


def test_a_job_is_done_and_keeps_what_the_work_returns(store):
    seen = []

    def work(job, folder, tell):
        seen.append((job.state, job.options, folder.name))
        return {"frames": 7}

    _, job = run(store, work, every=3)
    done = wait_for(store, job.id)
    assert (done.state, done.share, done.facts, done.error) == (State.DONE, 1.0, {"frames": 7}, {})
    assert seen == [(State.RUNNING, {"every": 3}, job.id)]


def test_progress_can_be_read_while_it_works(store, monkeypatch):
    monkeypatch.setattr("maskcore.jobs.runner.SAVE_EVERY_S", 0.0)
    go_on = threading.Event()

    def work(job, folder, tell):
        tell(0.5, {"frames": 10})
        go_on.wait(20)
        return {}

    _, job = run(store, work)
    until_s = time.monotonic() + 20
    while store.get(job.id).share != 0.5 and time.monotonic() < until_s:
        time.sleep(0.01)
    running = store.get(job.id)
    go_on.set()
    assert (running.state, running.share, running.facts) == (State.RUNNING, 0.5, {"frames": 10})
    wait_for(store, job.id, State.DONE)


def test_jobs_run_one_after_another_in_order(store):
    order, together = [], []

    def work(job, folder, tell):
        together.append(job.id)
        order.append(job.options["n"])
        time.sleep(0.02)
        assert together == [job.id]
        together.clear()
        return {}

    runner, first = run(store, work, n=0)
    jobs = [first, *(runner.add({"n": n}, {}) for n in range(1, 5))]
    assert [wait_for(store, job.id).state for job in jobs] == [State.DONE] * 5
    assert order == [0, 1, 2, 3, 4]


def test_what_is_wrong_with_the_input_is_told(store):
    def work(job, folder, tell):
        raise VideoDecodeError("It is no video.")

    _, job = run(store, work)
    failed = wait_for(store, job.id)
    assert failed.state is State.FAILED
    assert failed.error == {"type": "video-decode", "title": "The video cannot be read", "detail": "It is no video."}


def test_a_bug_ends_its_job_alone_and_is_logged(store, caplog):
    def work(job, folder, tell):
        if job.options["n"] == 0:
            raise ZeroDivisionError("by nought")
        return {}

    runner, job = run(store, work, n=0)
    second = runner.add({"n": 1}, {})
    assert wait_for(store, second.id).state is State.DONE
    failed = wait_for(store, job.id)
    assert failed.state is State.FAILED and "ZeroDivisionError: by nought" in failed.error["detail"]
    assert "ZeroDivisionError" in caplog.text


def test_a_job_that_cannot_be_read_does_not_hold_up_those_behind_it(store, caplog):
    go_on = threading.Event()

    def work(job, folder, tell):
        go_on.wait(20)
        return {}

    runner, _ = run(store, work)
    damaged, last = runner.add({}, {}), runner.add({}, {})
    (store.path(damaged.id) / "state.json").write_text("half a li")
    go_on.set()
    assert wait_for(store, last.id).state is State.DONE
    assert damaged.id in caplog.text


def test_a_job_that_ends_while_the_disk_is_full_shows_its_end_once_there_is_room(store, monkeypatch, caplog):
    monkeypatch.setattr("maskcore.jobs.runner.SAVE_AGAIN_S", 0.01)
    save, has_room, tried = store.save, threading.Event(), threading.Semaphore(0)

    def save_where_there_is_room(job):
        if not job.state.active and not has_room.is_set():
            tried.release()
            raise OSError(errno.ENOSPC, "No space left on device")
        save(job)

    monkeypatch.setattr(store, "save", save_where_there_is_room)
    runner, job = run(store, lambda job, folder, tell: {"frames": 7})
    assert tried.acquire(timeout=20) and tried.acquire(timeout=20), "it was tried again"
    assert store.get(job.id).state is State.RUNNING and job.id in caplog.text
    has_room.set()
    assert wait_for(store, job.id).facts == {"frames": 7}
    assert wait_for(store, runner.add({}, {}).id).state is State.DONE


def until_cancelled(started):
    def work(job, folder, tell):
        started.set()
        for _ in range(2000):
            tell(None, {})
            time.sleep(0.01)
        return {}

    return work


def test_a_running_job_is_cancelled_by_any_process_and_can_start_again(store):
    started = threading.Event()
    runner, job = run(store, until_cancelled(started))
    assert started.wait(20)
    JobStore(store.folder).want_cancel(job.id)
    assert wait_for(store, job.id).state is State.CANCELLED
    started.clear()
    runner.start_again(job.id)
    assert started.wait(20)
    assert store.get(job.id).state is State.RUNNING
    runner.start_again(job.id)  # nothing: it runs
    store.delete(job.id)


def test_a_job_cancelled_while_it_waits_never_runs(store):
    started, ran = threading.Event(), []

    def work(job, folder, tell):
        ran.append(job.options["n"])
        return until_cancelled(started)(job, folder, tell) if job.options["n"] == 0 else {}

    runner, first = run(store, work, n=0)
    second, third = runner.add({"n": 1}, {}), runner.add({"n": 2}, {})
    store.want_cancel(second.id)
    assert started.wait(20)
    store.want_cancel(first.id)
    assert wait_for(store, third.id).state is State.DONE
    assert ran == [0, 2] and store.get(second.id).state is State.CANCELLED


KILLED = """
import io, sys, time
from datetime import timedelta
from pathlib import Path
from maskcore.jobs.runner import JobRunner
from maskcore.jobs.store import JobStore

def work(job, folder, tell):
    print(job.id, flush=True)
    time.sleep(60)

runner = JobRunner(JobStore(Path(sys.argv[1])), work)
runner.add({"n": 1}, {"film": io.BytesIO(b"content")})
time.sleep(60)
"""


def test_a_job_whose_server_was_killed_is_interrupted_and_starts_again_elsewhere(store):
    server = subprocess.Popen([sys.executable, "-c", KILLED, str(store.folder)], stdout=subprocess.PIPE, text=True)
    try:
        job_id = server.stdout.readline().strip()
        assert store.get(job_id).state is State.RUNNING, "its process lives, though it is not this one"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    assert store.get(job_id).state is State.INTERRUPTED
    runner = JobRunner(store, lambda job, folder, tell: {"bytes": (folder / "film").stat().st_size})
    runner.start_again(job_id)
    assert wait_for(store, job_id, State.DONE).facts == {"bytes": 7}


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="MASKCORE_DATA_DIR"):
        JobRunner(JobStore(tmp_path / "file"), lambda job, folder, tell: {})
