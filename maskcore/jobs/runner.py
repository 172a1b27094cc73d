"""Works jobs off, one after another, in a thread beside the server's own."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from maskcore.errors import MaskcoreError, SettingsError
from maskcore.jobs.job import Job, State, tell_error
from maskcore.jobs.owner import Owner
from maskcore.jobs.store import OWNERS, JobStore

SAVE_AGAIN_S = 5.0
SAVE_EVERY_S = 0.5  # progress goes to disk so often, not at every frame

Tell = Callable[[float | None, Mapping[str, Any]], None]
Work = Callable[[Job, Path, Tell], Mapping[str, Any]]

log = logging.getLogger(__name__)


class JobCancelled(Exception):
    """Raised inside the work by its `tell` when it shall end; the work lets it pass."""


class JobRunner:
    """Does the work of jobs in the order in which they came. One a process; share it between threads.

    The thread is a daemon: a server that is stopped does not wait for a film. What it leaves shows as interrupted.

    Args:
        store: Where the jobs are.
        work: Does one job. It gets the job, its folder and `tell`, which takes the share that is done and some facts,
            and raises JobCancelled when the job shall end; it returns the facts that remain.
    Raises:
        SettingsError: The store's folder cannot be written.
    """

    def __init__(self, store: JobStore, work: Work):
        self.store, self._work = store, work
        self._waiting: deque[str] = deque()
        self._lock = threading.Lock()
        self._busy = False
        try:
            self._owner = Owner(store.folder / OWNERS)
        except OSError as error:
            raise SettingsError(
                f"Expected a folder for films that can be written, got {error.strerror} at {store.folder}. "
                "See that this user may write there, or set MASKCORE_DATA_DIR."
            ) from error

    def add(self, options: Mapping[str, Any], files: Mapping[str, IO[bytes]], *, most: int | None = None) -> Job:
        """Keep a new job and queue it; see JobStore.add."""
        job = self.store.add(options, files, owner=self._owner.name, most=most)
        self._queue(job.id)
        return job

    def start_again(self, job_id: str) -> None:
        """Queue a job that ended once more; nothing happens where it is queued already, or gone."""
        job = self.store.get(job_id)
        if job is not None and not job.state.active:
            self.store.queue_again(job, owner=self._owner.name)
            self._queue(job_id)

    def _queue(self, job_id: str) -> None:
        with self._lock:
            self._waiting.append(job_id)
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._work_off, daemon=True, name="jobs").start()

    def _work_off(self) -> None:
        while (job_id := self._next()) is not None:
            try:
                self._work_on(job_id)
            except Exception:  # the outermost door of this thread: what waits behind a job must not wait for ever
                log.exception("Job %s could not be read, or how it ended cannot be written yet", job_id)

    def _work_on(self, job_id: str) -> None:
        job = self.store.get(job_id)
        if job is not None and job.state is State.QUEUED:  # else cancelled or deleted while it waited
            self._save_end(self._done(job))

    def _save_end(self, job: Job) -> None:
        try:
            self.store.save(job)
        except OSError:
            threading.Thread(target=self._save_at_last, args=(job,), daemon=True, name="job-end").start()
            raise

    def _save_at_last(self, job: Job) -> None:
        """Wait until the disk has room: without its end a job shows as running for as long as this process lives."""
        saved = False
        while not saved:
            time.sleep(SAVE_AGAIN_S)
            with suppress(OSError):
                self.store.save(job)
                saved = True

    def _next(self) -> str | None:
        with self._lock:
            self._busy = bool(self._waiting)
            return self._waiting.popleft() if self._waiting else None

    def _done(self, job: Job) -> Job:
        """The job after its work."""
        try:
            running = replace(job, state=State.RUNNING)
            self.store.save(running)
            facts = self._work(running, self.store.path(job.id), self._teller(running))
        except JobCancelled:
            return replace(job, state=State.CANCELLED)
        except MaskcoreError as error:
            return replace(job, state=State.FAILED, error=tell_error(error))
        except Exception as error:  # a fault of the work is told where the job is looked at
            log.exception("Job %s ended unexpectedly", job.id)
            return replace(job, state=State.FAILED, error=tell_error(_unexpected(error)))
        return replace(job, state=State.DONE, share=1.0, facts=facts)

    def _teller(self, job: Job) -> Tell:
        saved_s = time.monotonic()

        def tell(share: float | None, facts: Mapping[str, Any]) -> None:
            nonlocal saved_s
            if self.store.cancel_wanted(job.id):
                raise JobCancelled
            if time.monotonic() - saved_s >= SAVE_EVERY_S:
                saved_s = time.monotonic()
                self.store.save(replace(job, share=share, facts=facts))

        return tell


def _unexpected(error: Exception) -> MaskcoreError:
    return MaskcoreError(
        f"Expected the work to reach its end, got {type(error).__name__}: {error}. The server's log tells more; "
        "start it again, and see that the disk has room."
    )
