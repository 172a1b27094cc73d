"""The films that callers sent: kept as jobs, worked off in this process, seen by whoever sent them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import IO

from werkzeug.exceptions import ServiceUnavailable

from api.problems import RequestError
from maskcore.jobs.films import FilmOptions, FilmWork
from maskcore.jobs.job import Job, State
from maskcore.jobs.runner import JobRunner
from maskcore.jobs.store import JobStore, TooManyJobs
from maskcore.retention import keep_deleting
from maskcore.serving import Detectors
from maskcore.settings import Settings

RETRY_AFTER_S = 30
_CALLER = "caller"  # among a job's options


class Films:
    """One a process; threads share it. The Video page keeps its films in the same folder.

    Args:
        settings: Where films are kept, how long, and how many may wait.
        detectors: Gives the detector of a film when its turn comes.
    """

    def __init__(self, settings: Settings, detectors: Detectors):
        self._detectors = detectors
        self.keep = timedelta(hours=settings.keep_videos_hours)
        self._settings = settings
        self._store = JobStore(settings.data_folder / "films")
        self._runner: JobRunner | None = None
        self._lock = Lock()

    def check_room(self) -> None:
        """See that another film may wait, before it is sent in vain.

        Raises:
            ServiceUnavailable: Too many do.
        """
        if self._store.count_active() >= self._settings.max_waiting_films:
            raise self._full()

    def add(self, film: IO[bytes], options: FilmOptions, *, caller: str | None) -> Job:
        """Keep a film and queue it.

        Raises:
            ServiceUnavailable: Too many wait; others may have come since there was room.
            SettingsError: The folder cannot be written, or the disk is full.
        """
        asked, most = options.to_dict() | {_CALLER: caller}, self._settings.max_waiting_films
        try:
            return self._running().add(asked, {options.sent: film}, most=most)
        except TooManyJobs as error:
            raise self._full() from error

    def find(self, job_id: str, *, caller: str | None) -> Job:
        """A job of this caller.

        Raises:
            RequestError: There is none, or none any longer.
        """
        job = self._store.get(job_id)
        if job is None or job.options.get(_CALLER) != caller:
            raise self._gone()
        return job

    @contextmanager
    def result(self, job: Job, name: str) -> Iterator[Path]:
        """A file that came of a job, to be opened within the block.

        Raises:
            RequestError: The job is not done, or was deleted since it was found.
        """
        if job.state is not State.DONE:
            raise RequestError(
                "job-unfinished", f"Expected a job that is done; this one is {job.state}. Ask /v1/jobs/{job.id} first."
            )
        try:
            yield self._store.path(job.id) / name
        except FileNotFoundError as error:
            raise self._gone() from error

    def delete(self, job: Job) -> None:
        """End the work on a job, and delete all that came of it."""
        self._store.delete(job.id)

    def watch(self) -> None:
        """Delete old films now and then where there are any, although nobody sends another."""
        if self._store.folder.is_dir():
            self._running()

    def _full(self) -> ServiceUnavailable:
        most = self._settings.max_waiting_films
        return ServiceUnavailable(
            f"At most {most} films may wait, and as many do. Try again later.", retry_after=RETRY_AFTER_S
        )

    def _gone(self) -> RequestError:
        return RequestError(
            "job-gone",
            "Expected the id of a film that was sent with the same key and is still kept; there is none of this id. "
            f"Films are deleted {self._settings.keep_videos_hours:g} hours after the work on them. Send it again.",
        )

    def _running(self) -> JobRunner:
        """The worker of this process: made at the first film, since a thread does not live through a fork."""
        with self._lock:
            if self._runner is None:
                work = FilmWork(self._detectors, settings=self._settings)
                self._runner = JobRunner(self._store, work)
                keep_deleting({"films": lambda: self._store.forget(keep=self.keep)})
            return self._runner
