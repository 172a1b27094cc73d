"""Waits until a job is where a test wants it."""

from __future__ import annotations

import time

from maskcore.jobs.job import Job, State
from maskcore.jobs.store import JobStore

PATIENCE_S = 20


def wait_for(store: JobStore, job_id: str, *states: State) -> Job:
    """The job once it is in one of the states; by default once it has ended."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        job = store.get(job_id)
        if job is not None and (job.state in states or (not states and not job.state.active)):
            return job
        time.sleep(0.01)
    raise AssertionError(f"job {job_id} is {job.state if job else 'gone'}, not {states or 'ended'}")
