"""Commands on runs: train a network, say how long it takes, work off the queue."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maskcore.terminal import INTERRUPTED
from training.cli.arguments import DATA, Data, Only, console, load
from training.cli.quietly import load_keras
from training.errors import RunError
from training.runs.options import OPTIONS, Kind, check_options

if TYPE_CHECKING:
    import pandas as pd

    from training.runs.folder import RunFolder

NICE = 5  # how far training in the background steps back before the pages and the API
WhichModel = Annotated[Kind, typer.Argument(metavar="MODEL", help="detector or classifier.")]
Preset = Annotated[
    str | None, typer.Option(metavar="NAME", help="Network: small, the usual one; for the classifier also seed.")
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE",
        help="An option of the run, such as epochs=10; may be given several times; see docs/training.md.",
    ),
]  # fmt: skip


def train(
    kind: WhichModel,
    data: Data = DATA,
    only: Only = None,
    preset: Preset = None,
    options: Options = None,
    start: Annotated[
        Path | None, typer.Option(metavar="FILE", exists=True, help="A .keras file whose weights to start from.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the newest run of this model.")] = False,
    run: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with the run in this folder.")] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Queue the run and return; it shows on the page Training.")
    ] = False,
) -> None:
    """Train a model; stop with Ctrl-C and go on later with --resume."""
    from training.data import fingerprint
    from training.runs.folder import DataSource, create_run, find_run, open_run
    from training.runs.queue import queue_run

    new = not (run or resume)
    if new:  # what is wrong with it is told before Keras is loaded
        config = _config(kind, preset=preset, options=options or [], start=start)
        found = fingerprint(load(data, only))
    if not background and not _is_chief():
        _assist(kind, data, only)
        return
    if new:
        folder = create_run(config, kind=kind, fingerprint=found, source=DataSource(data, only))
    else:
        folder = open_run(run) if run else find_run(kind)
        data, only = _source(folder, data, only)
    if background:
        queue_run(folder)
    else:
        train_here(folder, lambda: load(data, only))
        console.print(f"To make a model of it: python -m training publish {folder.path}")
    print(folder.path)


def estimate(
    kind: WhichModel,
    data: Data = DATA,
    only: Only = None,
    preset: Preset = None,
    options: Options = None,
) -> None:
    """Say how long a training would take on this machine, from a few steps of it."""
    from training.runs.estimate import how_long
    from training.runs.training import check_data

    config = _config(kind, preset=preset, options=options or [], start=None)
    table = load(data, only)
    check_data(kind, table)
    load_keras()
    from training.runs.probe import probe

    found = probe(config, table)
    console.print(f"About {how_long(found.total_s)}: {found.words}")
    print(found.to_json())


def work(root: Annotated[Path, typer.Argument(help="Folder of the runs.")]) -> None:
    """Train the runs of the queue, one after another; see training.runs.queue."""
    from training.runs.queue import work_off

    os.nice(NICE)
    work_off(root)


def train_queued(folder: Annotated[Path, typer.Argument(help="Folder of the run.")]) -> None:
    """Train one run of the queue on the data that its folder names."""
    from training.runs.folder import open_run, source_of
    from training.runs.training import train_run

    run = open_run(folder)
    train_run(run, lambda: load(*source_of(run)))


def train_here(folder: RunFolder, read: Callable[[], pd.DataFrame]) -> None:
    """Train a run in this process to its end; where Ctrl-C stops it, say how to go on with it.

    Args:
        folder: The run's.
        read: Gives its data, see training.data.
    """
    from training.runs.wishes import take_back

    console.print(f"Run {folder.path}: epoch {folder.epochs_done() + 1} of {folder.config()['config']['epochs']}")
    take_back(folder)  # wishes that a killed process left
    load_keras()
    from training.runs.training import train_run

    try:
        train_run(folder, read)
    except KeyboardInterrupt as error:
        done, kind = folder.epochs_done(), folder.config()["kind"]
        saved = f"{done} epochs are saved" if done else "no epoch was finished, so it begins anew"
        console.print(f"Stopped; {saved}. Go on with: python -m training train {kind} --run {folder.path}")
        raise typer.Exit(INTERRUPTED) from error


def _source(folder: RunFolder, data: Path, only: list[str] | None) -> tuple[Path, list[str] | None]:
    """Where the data of a run lies: as the command line says, else as it was when the run was started."""
    from training.runs.folder import source_of

    said = (data, only) != (DATA, None)
    return (data, only) if said or "data" not in folder.config() else source_of(folder)


def _assist(kind: Kind, data: Path, only: list[str] | None) -> None:
    from training.runs.training import assist_run

    assist_run(kind, lambda: load(data, only))


def _is_chief() -> bool:
    """Whether this process keeps the run: alone, or first of the workers that TF_CONFIG names."""
    load_keras(devices=False)
    from training.runs.team import find_team

    team = find_team()
    return team is None or team.chief


def _config(kind: Kind, *, preset: str | None, options: list[str], start: Path | None):
    """The options of a new run.

    Raises:
        RunError: One of them is unknown or out of its range.
    """
    given = _parse(options, OPTIONS[kind])
    if preset:
        given["preset"] = preset
    if start:
        given["start"] = str(start)
    run = replace(OPTIONS[kind].of(given.get("preset")), **given)
    check_options(run)
    return run


def _parse(options: list[str], config_class: Any) -> dict[str, Any]:
    """Options NAME=VALUE as values of the types that the run's fields have.

    Raises:
        RunError: An unknown name, or a value of another type.
    """
    types = {field.name: type(getattr(config_class(), field.name)) for field in fields(config_class)}
    simple = {name: kind for name, kind in types.items() if kind in (int, float, str)}
    given: dict[str, Any] = {}
    for option in options:
        name, _, value = option.partition("=")
        if name not in simple:
            raise RunError(f"Expected --set NAME=VALUE with NAME one of {', '.join(simple)}; got {option!r}.")
        try:
            given[name] = simple[name](value)
        except ValueError as error:
            raise RunError(f"Expected a {simple[name].__name__} for {name}, got {value!r}.") from error
    return given
