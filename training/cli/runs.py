"""Commands on runs: train a network, say how long it takes, work off the queue."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from training.cli.arguments import DATA, Data, Only, console, load
from training.errors import RunError
from training.runs.options import OPTIONS, Kind, check_options

NICE = 5  # how far training in the background steps back before the pages and the API
Preset = Annotated[str | None, typer.Option(help="Network: small; for the classifier also seed.")]
Options = Annotated[
    list[str] | None, typer.Option("--set", help="An option of the run, such as epochs=10; see docs/training.md.")
]


def train(
    kind: Annotated[Kind, typer.Argument(help="Which of the two models.")],
    data: Data = DATA,
    only: Only = None,
    preset: Preset = None,
    options: Options = None,
    start: Annotated[Path | None, typer.Option(help="A .keras file whose weights to start from.", exists=True)] = None,
    resume: Annotated[bool, typer.Option(help="Go on with the newest run of this kind.")] = False,
    run: Annotated[Path | None, typer.Option(help="Go on with the run in this folder.")] = None,
    background: Annotated[bool, typer.Option(help="Queue the run and return; it shows on the page Training.")] = False,
) -> None:
    """Train a model; stop with Ctrl-C and go on later with --resume."""
    from training.data import fingerprint
    from training.runs.folder import DataSource, create_run, find_run, open_run
    from training.runs.queue import queue_run
    from training.runs.training import assist_run, train_run
    from training.runs.wishes import take_back

    if not background and not _is_chief():
        assist_run(kind, lambda: load(data, only))
        return
    if run or resume:
        folder = open_run(run) if run else find_run(kind)
    else:
        config = _config(kind, preset=preset, options=options or [], start=start)
        found = fingerprint(load(data, only))
        folder = create_run(config, kind=kind, fingerprint=found, source=DataSource(data, only))
    if background:
        queue_run(folder)
    else:
        console.print(f"Run {folder.path}: epoch {folder.epochs_done() + 1} of {folder.config()['config']['epochs']}")
        take_back(folder)  # wishes that a killed process left
        train_run(folder, lambda: load(data, only))
    print(folder.path)


def estimate(
    kind: Annotated[Kind, typer.Argument(help="Which of the two models.")],
    data: Data = DATA,
    only: Only = None,
    preset: Preset = None,
    options: Options = None,
) -> None:
    """Say how long a training would take on this machine, from a few steps of it."""
    from training.runs.estimate import how_long
    from training.runs.probe import probe
    from training.runs.training import check_data

    table = load(data, only)
    check_data(kind, table)
    found = probe(_config(kind, preset=preset, options=options or [], start=None), table)
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


def _is_chief() -> bool:
    """Whether this process keeps the run: alone, or first of the workers that TF_CONFIG names."""
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
