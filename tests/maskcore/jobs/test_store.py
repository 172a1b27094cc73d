"""A job is whole or not there, is found again by its id alone, and is forgotten when its time is over."""

from __future__ import annotations

import fcntl
import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maskcore.errors import SettingsError
from maskcore.jobs.job import State
from maskcore.jobs.owner import Owner
from maskcore.jobs.store import OWNERS, JobStore, TooManyJobs

DAY = timedelta(hours=24)


@pytest.fixture
def store(tmp_path):
    return JobStore(tmp_path / "jobs")


@pytest.fixture
def owner(store):
    return Owner(store.folder / OWNERS)


def add(store, owner):
    return store.add({"every": 2}, {"film.mp4": io.BytesIO(b"content")}, owner=owner.name)


def test_a_new_job_waits_with_what_was_sent(store, owner):
    job = add(store, owner)
    assert store.get(job.id) == job and job.state is State.QUEUED and job.options == {"every": 2}
    assert (store.path(job.id) / "film.mp4").read_bytes() == b"content"


def test_what_is_saved_is_read_again_by_another_store(store, owner):
    job = add(store, owner)
    store.save(replace(job, state=State.RUNNING, share=0.25, facts={"frames": 3}))
    found = JobStore(store.folder).get(job.id)
    assert (found.state, found.share, found.facts) == (State.RUNNING, 0.25, {"frames": 3})
    assert found.changed_at >= job.changed_at


def test_other_users_of_the_machine_see_no_film(store, owner):
    assert store.path(add(store, owner).id).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "job_id", ["", "..", "owners", "../../etc", "f" * 32, "F" * 32, "f" * 31 + "/", "f" * 32 + "\n"]
)
def test_what_is_no_id_of_a_job_finds_nothing(store, owner, job_id):
    add(store, owner)
    assert store.get(job_id) is None


def test_only_an_id_leads_to_a_folder(store):
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        store.path("../secrets")


def test_a_film_that_arrives_in_part_leaves_no_job(store, owner):
    class Torn(io.BytesIO):
        def read(self, size=-1):
            raise OSError(28, "No space left on device")

    with pytest.raises(SettingsError, match=r"No space left on device.*MASKCORE_DATA_DIR"):
        store.add({}, {"film.mp4": Torn()}, owner=owner.name)
    assert [path.name for path in store.folder.iterdir()] == [OWNERS]


def test_no_more_jobs_wait_than_may(store, owner):
    waiting, damaged = add(store, owner), add(store, owner)
    (store.path(damaged.id) / "state.json").write_text("half a li")
    with pytest.raises(TooManyJobs):
        store.add({}, {"film.mp4": io.BytesIO(b"content")}, owner=owner.name, most=1)
    assert {path.name for path in store.folder.iterdir()} == {OWNERS, ".lock", waiting.id, damaged.id}
    store.save(replace(waiting, state=State.DONE))
    assert store.count_active() == 0, "neither one that ended nor one that cannot be read"
    store.add({}, {}, owner=owner.name, most=1)
    assert store.count_active() == 1


def test_no_other_process_adds_a_job_between_the_count_and_what_it_allows(store, owner, monkeypatch):
    def count(store):
        with (store.folder / ".lock").open("ab") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return 0

    monkeypatch.setattr(JobStore, "count_active", count)
    store.add({}, {}, owner=owner.name, most=1)


def test_a_job_whose_process_is_gone_is_interrupted(store, owner):
    job = add(store, owner)
    store.save(replace(job, state=State.RUNNING, owner="0" * 32))
    assert store.get(job.id).state is State.INTERRUPTED


def test_a_job_that_ended_needs_no_process(store, owner):
    job = add(store, owner)
    store.save(replace(job, state=State.DONE, owner="0" * 32))
    assert store.get(job.id).state is State.DONE


def test_a_job_cancelled_while_it_waits_is_cancelled_at_once(store, owner):
    job = add(store, owner)
    store.want_cancel(job.id)
    assert store.get(job.id).state is State.CANCELLED
    assert store.queue_again(store.get(job.id), owner=owner.name).state is State.QUEUED
    assert store.get(job.id).state is State.QUEUED


def test_deleting_takes_everything_and_a_late_save_brings_nothing_back(store, owner):
    job = add(store, owner)
    store.delete(job.id)
    store.save(replace(job, state=State.DONE))
    assert store.get(job.id) is None and not store.path(job.id).exists()
    assert store.cancel_wanted(job.id), "who still works on it ends"


def test_only_jobs_that_ended_long_ago_are_forgotten(store, owner):
    ended, active, fresh = add(store, owner), add(store, owner), add(store, owner)
    for job, state in ((ended, State.FAILED), (active, State.RUNNING), (fresh, State.DONE)):
        store.save(replace(job, state=state))
    age(store, ended, hours=25)
    age(store, active, hours=25)
    assert store.forget(keep=DAY) == 1
    assert [store.get(job.id) is not None for job in (ended, active, fresh)] == [False, True, True]


def test_a_job_of_a_dead_process_is_forgotten_too(store, owner):
    job = add(store, owner)
    store.save(replace(job, owner="0" * 32))
    assert store.forget(keep=DAY, now=datetime.now(UTC) + 2 * DAY) == 1


def test_half_a_film_that_a_dead_process_left_is_forgotten(store, owner):
    half = store.folder / f"{'a' * 32}.new"
    half.mkdir()
    store.forget(keep=DAY)
    assert half.exists()
    os.utime(half, (0, 0))
    store.forget(keep=DAY)
    assert not half.exists()


@pytest.mark.parametrize("state", ["half a li", "[]", "{}", '{"state": "lost"}'])
def test_a_job_that_cannot_be_read_keeps_no_other_from_being_forgotten(store, owner, caplog, state):
    damaged, ended = add(store, owner), add(store, owner)
    store.save(replace(ended, state=State.DONE))
    (store.path(damaged.id) / "state.json").write_text(state)
    age(store, ended, hours=25)
    assert store.forget(keep=DAY) == 1
    assert store.path(damaged.id).exists() and damaged.id in caplog.text
    os.utime(store.path(damaged.id), (0, 0))
    assert store.forget(keep=DAY) == 1, "what was filmed in it goes in time as well"
    assert not store.path(damaged.id).exists()


def test_where_nothing_was_ever_kept_there_is_nothing_to_forget(tmp_path):
    assert JobStore(tmp_path / "never").forget(keep=DAY) == 0


def age(store, job, *, hours):
    path = store.path(job.id) / "state.json"
    told = json.loads(path.read_text())
    told["changed_at"] = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    path.write_text(json.dumps(told))
