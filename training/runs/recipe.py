"""The recipe of the model that ships: its runs one after another, from nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from training.data import fingerprint
from training.runs.folder import RUNS_ROOT, DataSource, RunFolder, create_run, list_runs
from training.runs.options import ClassifierRun, DetectorRun, Kind, kind_of


@dataclass(frozen=True)
class Stage:
    """One run of a recipe.

    Attributes:
        run: What is asked for; its `start` is empty.
        goes_on: Whether it starts from the averaged weights of the stage before. Each time the learning rate rises
            again and falls along a cosine (SGDR: Loshchilov and Hutter 2017, arXiv:1608.03983).
    """

    run: DetectorRun | ClassifierRun
    goes_on: bool = False


RECIPE = (
    Stage(ClassifierRun(seed=1)),
    Stage(ClassifierRun(seed=2, epochs=20, rate=0.0015), goes_on=True),
    Stage(DetectorRun(seed=1, epochs=32)),
    Stage(DetectorRun(seed=2, epochs=20, rate=0.0016), goes_on=True),
    Stage(DetectorRun(seed=3, epochs=18, rate=0.0016), goes_on=True),
)


def follow(
    table: pd.DataFrame,
    source: DataSource,
    *,
    train: Callable[[RunFolder], None],
    recipe: Sequence[Stage] = RECIPE,
    root: Path = RUNS_ROOT,
) -> dict[Kind, RunFolder]:
    """Train what a recipe asks for; a stage that was trained before on this data is taken as it is.

    Args:
        table: Faces with a split, see training.data.
        source: Where they were read from.
        train: Trains a run from where it stands to its end.
        recipe: What to train.
        root: Folder of all runs.
    Returns:
        The last run of each kind, trained to its end.
    """
    made: dict[Kind, RunFolder] = {}
    found, before = fingerprint(table), None
    for stage in recipe:
        run = replace(stage.run, start=str(before.average)) if stage.goes_on and before else stage.run
        before = _same_run(run, found, root) or create_run(
            run, kind=kind_of(run), fingerprint=found, source=source, root=root
        )
        if before.epochs_done() < run.epochs:
            train(before)
        made[kind_of(run)] = before
    return made


def _same_run(run: DetectorRun | ClassifierRun, fingerprint: str, root: Path) -> RunFolder | None:
    """The run that was asked for alike and on the same data and is furthest, if there is one."""
    wanted = {"kind": kind_of(run), "config": asdict(run), "data_fingerprint": fingerprint}
    same = [folder for folder in list_runs(root) if wanted.items() <= folder.config().items()]
    return max(same, key=RunFolder.epochs_done, default=None)
