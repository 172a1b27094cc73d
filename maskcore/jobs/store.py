"""Jobs on disk: a folder for each, with what was sent, how it stands, and what came of it."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from maskcore.errors import SettingsError
from maskcore.files import locked, write_atomically
from maskcore.jobs.job import Job, State
from maskcore.jobs.owner import lives

OWNERS = "owners"
_STATE, _CANCEL, _LOCK = "state.json", "cancel", ".lock"
_ID = re.compile(r"[0-9a-f]{32}")
_DAMAGED = (OSError, ValueError, TypeError, KeyError)  # what a state raises that a damaged disk has left

log = logging.getLogger(__name__)


class TooManyJobs(Exception):
    """As many jobs wait or are worked on as may."""


class JobStore:
    """The jobs of one folder, which several processes may share.

    Args:
        folder: Made at the first job.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def add(
        self, options: Mapping[str, Any], files: Mapping[str, IO[bytes]], *, owner: str, most: int | None = None
    ) -> Job:
        """Keep a new job; nobody sees it before all of it is there.

        Args:
            options: What is asked for, as JSON values.
            files: What was sent, by the name that each gets in the job's folder; read to their ends.
            owner: The process that will work on it.
            most: How many jobs may wait or be worked on, with this one; None: as many as like.
        Raises:
            SettingsError: The folder cannot be written, or the disk is full.
            TooManyJobs: There are as many already.
        """
        job = Job(id=uuid4().hex, state=State.QUEUED, options=options, owner=owner, changed_at=_now())
        new = self.folder / f"{job.id}.new"
        try:
            new.mkdir(mode=0o700, parents=True)  # other users of the machine have no business with faces
            for name, file in files.items():
                with (new / name).open("wb") as target:
                    shutil.copyfileobj(file, target)
            _write(new, job)
            with locked(self.folder / _LOCK):  # nobody else may come between the count and what it allows
                if most is not None and self.count_active() >= most:
                    raise TooManyJobs
                new.rename(self.path(job.id))
        except OSError as error:
            raise SettingsError(
                f"Expected a folder for films that can be written, got {error.strerror} at {self.folder}. "
                "See that the disk has room and that this user may write there, or set MASKCORE_DATA_DIR."
            ) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)  # gone already where all went well
        return job

    def count_active(self) -> int:
        """How many jobs wait or are worked on; one that cannot be read does neither."""
        return sum(self._is_active(job_id) for job_id in self._ids())

    def path(self, job_id: str) -> Path:
        """The job's folder.

        Raises:
            ValueError: No id of a job.
        """
        if not _ID.fullmatch(job_id):
            raise ValueError(f"expected 32 hexadecimal digits; got {job_id!r}")
        return self.folder / job_id

    def get(self, job_id: str) -> Job | None:
        """The job as it stands now; None where there is none, or no longer, or the id is none."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            job = Job.from_dict(json.loads((self.path(job_id) / _STATE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        if job.state is State.QUEUED and self.cancel_wanted(job_id):
            return replace(job, state=State.CANCELLED)
        if job.state.active and not lives(self.folder / OWNERS, job.owner):
            return replace(job, state=State.INTERRUPTED)
        return job

    def save(self, job: Job) -> None:
        """Write how the job stands, all or nothing; of one that was deleted meanwhile nothing remains."""
        try:
            if self._is_kept(job.id):
                return _write(self.path(job.id), replace(job, changed_at=_now()))
        except FileNotFoundError:
            pass  # deleted at this moment
        self.delete(job.id)  # the work may have made its folder anew

    def want_cancel(self, job_id: str) -> None:
        """Ask whoever works on the job, in this process or another, to leave it."""
        if self.path(job_id).is_dir():
            (self.path(job_id) / _CANCEL).touch()

    def cancel_wanted(self, job_id: str) -> bool:
        """Whether somebody asked to leave the job, or deleted it."""
        return (self.path(job_id) / _CANCEL).exists() or not self._is_kept(job_id)

    def queue_again(self, job: Job, *, owner: str) -> Job:
        """Write a job that ended as one that waits for `owner`."""
        (self.path(job.id) / _CANCEL).unlink(missing_ok=True)
        queued = replace(job, state=State.QUEUED, owner=owner, share=None, facts={}, error={})
        self.save(queued)
        return queued

    def delete(self, job_id: str) -> None:
        """Delete the job and all that belongs to it; work on it ends."""
        shutil.rmtree(self.path(job_id), ignore_errors=True)

    def forget(self, *, keep: timedelta, now: datetime | None = None) -> int:
        """Delete jobs that have stood still, ended or unreadable, for longer than `keep`; how many there were."""
        before = (now or _now()) - keep
        old = [job_id for job_id in self._ids() if self._stood_still(job_id, before)]
        for job_id in old:
            self.delete(job_id)
        for unfinished in self.folder.glob("*.new"):  # of a process that died while it received a film
            with suppress(FileNotFoundError):
                if _written_at(unfinished) < before:
                    shutil.rmtree(unfinished, ignore_errors=True)
        return len(old)

    def _is_kept(self, job_id: str) -> bool:
        return (self.path(job_id) / _STATE).exists()

    def _ids(self) -> list[str]:
        names = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        return [name for name in names if _ID.fullmatch(name)]

    def _is_active(self, job_id: str) -> bool:
        try:
            job = self.get(job_id)
        except _DAMAGED:  # forget() tells of it
            return False
        return job is not None and job.state.active

    def _stood_still(self, job_id: str, before: datetime) -> bool:
        try:
            job = self.get(job_id)
        except _DAMAGED as error:
            log.warning("Job %s cannot be read (%r); it goes when its time is over", job_id, error)
            return _written_at(self.path(job_id)) < before
        return job is not None and not job.state.active and job.changed_at < before


def _write(folder: Path, job: Job) -> None:
    write_atomically(folder / _STATE, json.dumps(job.to_dict(), ensure_ascii=False).encode())


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _now() -> datetime:
    return datetime.now(UTC)
