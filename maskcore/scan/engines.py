"""Who does the looking: processes of this machine, or a Ray cluster. Both give the same rows."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from typing import Any

from maskcore.errors import MaskcoreError, SettingsError
from maskcore.models import model_folder
from maskcore.scan.looking import Looker, Wish
from maskcore.scan.parts import Part
from maskcore.scan.rows import Row
from maskcore.settings import Settings

Done = Iterator[tuple[Part, list[Row]]]


class Engine(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


def look_with(engine: Engine, parts: Sequence[Part], wish: Wish, settings: Settings, *, workers: int | None) -> Done:
    """Look at all parts; each comes as it is done, in any order.

    Args:
        engine: Who looks.
        parts: What at.
        wish: How.
        settings: Limits, and the model where the wish names none.
        workers: How many at once; None: as many as there are cores.
    Raises:
        SettingsError: Ray is not installed.
        MaskcoreError: A worker died, or the cluster did not begin.
    """
    if not parts:
        return iter(())
    look = _look_here if engine is Engine.LOCAL else _look_with_ray
    return look(parts, wish, settings, workers)


def _look_here(parts: Sequence[Part], wish: Wish, settings: Settings, workers: int | None) -> Done:
    wish = replace(wish, model=model_folder(wish.model or settings.model_dir))  # all workers: what answers now
    # not forked: a copy of a process with threads can hang
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_worker,
        initargs=(wish, settings),
    )
    try:
        with _unheard(signal.SIGINT):  # Ctrl-C reaches all processes; the first one decides
            running = {pool.submit(_look, part): part for part in parts}
        for future in as_completed(running):
            yield running.pop(future), future.result()
    except BrokenProcessPool as error:
        raise MaskcoreError(
            "A worker process ended unexpectedly, as it does where memory runs out. What is done is kept: run the same "
            "command again, with fewer --workers."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _unheard(number: signal.Signals) -> Iterator[None]:
    """Processes that begin here never hear the signal, from their first moment on; this one hears it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_looker: Looker  # of this worker process


def _begin_worker(wish: Wish, settings: Settings) -> None:
    global _looker
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _looker = Looker(wish, settings)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # killed: nobody is left to give the rows to


def _look(part: Part) -> list[Row]:
    return _looker.rows(part.sources)


class _RayLooker:
    """A worker of the cluster; Ray builds it once a process."""

    def __init__(self, wish: Wish, settings: Settings):
        self._looker = Looker(wish, settings)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        part: Part = pickle.loads(row["part"])
        return {"number": part.number, "rows": json.dumps(self._looker.rows(part.sources))}


def _look_with_ray(parts: Sequence[Part], wish: Wish, settings: Settings, workers: int | None) -> Done:
    try:
        import ray.data  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise SettingsError(
            "--engine ray needs Ray, which is not installed. Install it with: pip install -r requirements-scan.txt"
        ) from error
    # RAY_ADDRESS names a cluster; without it one begins here and ends with this process
    try:
        ray.init(ignore_reinit_error=True, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # Ray raises no narrower one where a node is late
        raise MaskcoreError(
            f"Expected a Ray cluster, got: {' '.join(str(error).split())} See to the one that RAY_ADDRESS names; where "
            "it names none, give this machine less to do and run the same command again."
        ) from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    actors = min(workers or int(ray.cluster_resources()["CPU"]), len(parts))
    todo = ray.data.from_items([{"part": pickle.dumps(part)} for part in parts], override_num_blocks=len(parts))
    done = todo.map(
        _RayLooker,
        fn_constructor_args=(wish, settings),
        compute=ray.data.ActorPoolStrategy(size=actors),
        num_cpus=1,
    )
    by_number = {part.number: part for part in parts}
    try:
        for row in done.iter_rows():
            yield by_number[row["number"]], json.loads(row["rows"])
    except ray.exceptions.RayError as error:
        raise MaskcoreError(
            f"The Ray cluster ended the work: {str(error).splitlines()[-1]} What is done is kept: see to the cluster, "
            "then run the same command again."
        ) from error
