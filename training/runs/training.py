"""One training from its folder to its report, with its standing told whatever happens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from maskcore.jobs.owner import Owner
from training.data import fingerprint
from training.data.crops import SMALLEST_FACE, learnable
from training.errors import DataError, RunError, RunStoppedError
from training.runs.folder import RunFolder
from training.runs.options import OPTIONS, ClassifierRun, DetectorRun, Kind, check_options
from training.runs.report import write_report
from training.runs.standing import Standing, State, last_words, read_standing, write_standing
from training.runs.trouble import explain
from training.runs.wishes import Wish, is_wished, take_back

if TYPE_CHECKING:
    from training.runs.fit import Lesson


def train_run(folder: RunFolder, load: Callable[[], pd.DataFrame]) -> None:
    """Train what a run's folder asks for, from its last checkpoint where there is one, to the report.

    Args:
        folder: As create_run made it.
        load: Gives the data, see training.data; called once the run shows as starting.
    Raises:
        RunError: The run is trained already, an option is out of its range, or the data is not what it was started on.
        RunStoppedError: Somebody asked for it.
        DataError: There is nothing to learn from.
    """
    with told(folder):
        if is_wished(folder, Wish.STOP):
            raise RunStoppedError("Stopped as asked, before it began.")
        facts = folder.config()
        kind, table = Kind(facts["kind"]), load()
        found = fingerprint(table)
        if facts["data_fingerprint"] != found:
            raise RunError(
                f"The run was started on data {facts['data_fingerprint']}, this is {found}. Give the same --data and "
                "--only, or start a new run with --start."
            )
        check_data(kind, table)
        run = OPTIONS[kind](**facts["config"])
        check_options(run)
        train(_preparer(kind), run, table, folder)
        write_report(folder)


def train(
    prepare: Callable[..., Lesson], run: ClassifierRun | DetectorRun, table: pd.DataFrame, folder: RunFolder
) -> None:
    """Train, or go on with, a run: alone, or as the chief of the workers that TF_CONFIG names.

    Args:
        prepare: prepare_classifier or prepare_detector.
        run: What was asked for.
        table: Faces with a split, see training.data.
        folder: The run's.
    """
    from training.runs.fit import fit
    from training.runs.team import find_team
    from training.runs.together import lead

    if team := find_team():
        lead(prepare(run, table, folder, part=team.part), folder, team)
    else:
        fit(prepare(run, table, folder), folder)


@contextmanager
def told(folder: RunFolder) -> Iterator[None]:
    """Around a training: its standing says that it runs, and afterwards how it ended.

    Raises:
        RunError: Another process trains this run.
    """
    before = read_standing(folder)
    if before.state.held:
        raise RunError(f"The run {folder.path.name} is being trained by process {before.pid}. Stop that one first.")
    own = Standing(
        state=State.STARTING, owner=Owner(folder.path).name, pid=os.getpid(), epoch=before.epoch, epochs=before.epochs
    )
    write_standing(folder, own)
    try:
        yield
    except (KeyboardInterrupt, RunStoppedError):
        _end(folder, State.STOPPED)
        raise
    except BaseException as error:
        _end(folder, State.FAILED, problem=explain(error))
        raise
    _end(folder, State.DONE)


def check_data(kind: Kind, table: pd.DataFrame) -> None:
    """See that there is something to learn from, and something to check on.

    Raises:
        DataError: A part of the data has no photographs, or no labelled faces that are large enough where a classifier
            is to be trained.
    """
    if kind is Kind.CLASSIFIER:
        usable, what = learnable(table), f"faces of {SMALLEST_FACE:.0f} pixels or more with a label"
    else:
        usable, what = table[~table["crop"]], "photographs that are more than a crop of one face"
    for part, use in (("train", "learn from"), ("val", "check on")):
        if not (usable["split"] == part).any():
            raise DataError(f"Expected {what} to {use}, found none in these data sets. Choose more of them.")


def _end(folder: RunFolder, state: State, *, problem: str = "") -> None:
    take_back(folder)
    write_standing(folder, replace(last_words(folder), state=state, left_s=None, problem=problem))


def assist_run(kind: Kind, load: Callable[[], pd.DataFrame]) -> None:
    """Help the chief of the workers that TF_CONFIG names with its run; nothing is written here.

    Args:
        kind: Which model.
        load: Gives the same data as the chief has.
    Raises:
        RunError: The chief trains another model or on other data, or is gone.
    """
    from training.runs.team import find_team
    from training.runs.together import assist

    assist(kind, load(), _preparer(kind), find_team())


def _preparer(kind: Kind) -> Callable[..., Lesson]:
    """What makes a kind's lesson; importing it takes Keras."""
    if kind is Kind.DETECTOR:
        from training.runs.detector import prepare_detector

        return prepare_detector
    from training.runs.classifier import prepare_classifier

    return prepare_classifier
