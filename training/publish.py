"""From a run to a model of the registry, measured beside the active one; in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from maskcore.active import models_folder, pointed_folder
from maskcore.files import write_atomically
from maskcore.models import SHIPPED, load_manifest
from training.errors import RunError
from training.registry import COMPARISON, short_figures
from training.runs.folder import RunFolder
from training.runs.options import Kind
from training.runs.queue import CHECKOUT
from training.runs.standing import Standing, State, last_words, read_standing, write_standing
from training.runs.training import told
from training.runs.trouble import explain_exit

INPUT_SIZE = 640  # longer side that the detector sees when models are compared
CHECKPOINTS = CHECKOUT / "checkpoints"
STAGES = ("Reads the data sets", "Exports the network", "Measures it", "Measures the model that answers now")


def work_of(run: RunFolder) -> RunFolder:
    """Where the making of a run's model keeps its standing and output."""
    return RunFolder(run.path / "model")


def start_publishing(run: RunFolder) -> None:
    """Make a model of a run in the background; nothing happens where that is being done."""
    work = work_of(run)
    if work.standing.exists() and read_standing(work).state.active:
        return
    work.path.mkdir(exist_ok=True)
    write_standing(work, Standing(state=State.QUEUED))
    with work.output.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "training", "publish", str(run.path.resolve())],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    threading.Thread(target=_await, args=(process, work), daemon=True, name="publish").start()


def make_model(run: RunFolder, load: Callable[[], pd.DataFrame]) -> Path:
    """Export a run together with the other network that ships, and measure it beside the active model.

    Args:
        run: A run with at least one finished epoch.
        load: Gives the run's data, see training.data; the test part is measured.
    Returns:
        The model folder, with the short figures of both in COMPARISON. Nobody sees it before it is whole.

    Raises:
        RunError: The run's model is the active one, which is never written to.
    """
    from training.evaluation.card import write_card
    from training.evaluation.report import evaluate_model, keep
    from training.export import export_models

    work = work_of(run)
    work.path.mkdir(exist_ok=True)
    if not work.standing.exists():
        write_standing(work, Standing(state=State.QUEUED))
    with told(work):
        old, target = pointed_folder() or SHIPPED, models_folder() / run.path.name
        if old == target:
            raise RunError("The run's model is the active one. Roll back, or promote another, before making it again.")
        _tell(work, 0)
        table = load()
        kind, new = Kind(run.config()["kind"]), models_folder() / f".{run.path.name}"
        shutil.rmtree(new, ignore_errors=True)
        networks = {each: CHECKPOINTS / f"{each}.keras" for each in Kind} | {kind: run.average}
        _tell(work, 1)
        export_models(
            detector=networks[Kind.DETECTOR],
            classifier=networks[Kind.CLASSIFIER],
            table=table,
            to=new,
            checkpoints=work.path,
            take_from=(old, SHIPPED),
        )
        _tell(work, 2)
        found = evaluate_model(table, model=new, input_size=INPUT_SIZE, split="test", save=False)
        keep(found, folder=new)
        write_card(new)
        _tell(work, 3)
        beside = evaluate_model(table, model=old, input_size=INPUT_SIZE, split="test", save=False)
        facts = {"new": short_figures(found), "old": short_figures(beside), "old_id": load_manifest(old).id}
        write_atomically(new / COMPARISON, json.dumps(facts).encode())
        shutil.rmtree(target, ignore_errors=True)
        os.replace(new, target)
    return target


def _tell(work: RunFolder, stage: int) -> None:
    """Say which of STAGES has begun, as a step of one epoch."""
    now = replace(last_words(work), state=State.RUNNING, epochs=1, step=stage, steps=len(STAGES))
    write_standing(work, now)


def _await(process: subprocess.Popen[bytes], work: RunFolder) -> None:
    """Bury the process, and speak for it where it died before it could."""
    status = process.wait()
    if (said := last_words(work)).state is State.QUEUED:
        write_standing(work, Standing(state=State.FAILED, started_at=said.started_at, problem=explain_exit(status)))
