"""Commands on models: make them of runs, write them for other programs, measure them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.cli.arguments import DATA, Data, InputSize, Model, Only, Run, Split, console, load
from training.cli.quietly import load_keras
from training.runs.options import Kind

CHECKPOINTS = Path("checkpoints")
Network = Annotated[
    Path | None,
    typer.Option(metavar="PATH", exists=True, help="Run or .keras file; the newest run if left out."),
]


def publish(run: Run) -> None:
    """Make a model of a run, measured beside the active one; promote lets it answer."""
    from training.runs.folder import open_run, source_of

    folder = open_run(run)
    data, only = source_of(folder)
    load_keras()
    from training.publish import make_model

    print(made := make_model(folder, lambda: load(data, only)))
    console.print(f"To let it answer: python -m training promote {made.name}", markup=False)


def promote(
    name: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="As publish named it; all are listed if left out.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="Let the model answer that did so before.")] = False,
) -> None:
    """Let a model answer on all pages, in the API and on the command line, as the page Training does."""
    from maskcore.active import point_back
    from maskcore.settings import get_settings
    from training.registry import list_models, model_named
    from training.registry import promote as make_active

    if back:
        point_back()
    elif name is not None:
        make_active(model_named(name))
    if (named := get_settings().model_dir) is not None:
        console.print(f"MASKCORE_MODEL_DIR names {named}, so that model answers, whatever is promoted.")
    for each in list_models():
        print(f"{'*' if each.active else ' '} {each.folder.name}  {each.manifest.id}")


def export(
    detector: Network = None,
    classifier: Network = None,
    data: Data = DATA,
    only: Only = None,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Model folder to write.")] = Path("maskcore/weights"),
    checkpoints: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for the .keras files to go on from.")
    ] = CHECKPOINTS,
) -> None:
    """Write the model folder that maskcore loads, calibrated on the validation part."""
    networks = {"detector": _network(detector, Kind.DETECTOR), "classifier": _network(classifier, Kind.CLASSIFIER)}
    table = load(data, only)
    load_keras()
    from training.export import export_models

    export_models(**networks, table=table, to=to, checkpoints=checkpoints)
    print(to)


def recipe(
    data: Data = DATA,
    only: Only = None,
    to: Annotated[Path, typer.Option(metavar="DIR", help="Model folder to write.")] = Path("runs/recipe"),
    checkpoints: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the .keras files; the model folder if left out.")
    ] = None,
) -> None:
    """Make a model from nothing as the one that ships is made, in hours; asked again, it goes on where it stopped."""
    from training.cli.runs import train_here
    from training.runs.folder import DataSource
    from training.runs.recipe import follow

    table = load(data, only)
    runs = follow(table, DataSource(data, only), train=lambda run: train_here(run, lambda: table))
    load_keras()
    from training.export import export_models

    networks = {str(kind): run.average for kind, run in runs.items()}
    export_models(**networks, table=table, to=to, checkpoints=checkpoints or to)
    print(to)


def convert(
    to: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")],
    networks: Annotated[
        list[Path] | None,
        typer.Option(
            "--network",
            metavar="FILE",
            exists=True,
            help="A .keras file; may be given several times; both of ours if left out.",
        ),
    ] = None,
) -> None:
    """Write networks as .keras, SavedModel, float32 and float16 LiteRT, and ONNX, for other programs to load."""
    from rich.progress import track

    load_keras()
    from training.convert import Form, convert
    from training.models.saved import load_network

    to.mkdir(parents=True, exist_ok=True)
    given = networks or [CHECKPOINTS / f"{kind}.keras" for kind in Kind]
    wanted = [(load_network(path), form) for path in given for form in Form]
    for network, form in track(wanted, description="Converting", console=console):
        print(convert(network, form, folder=to))


def evaluate(
    data: Data = DATA,
    only: Only = None,
    model: Model = None,
    input_size: InputSize = 640,
    split: Split = "test",
    save: Annotated[bool, typer.Option(help="Write the figures into the model folder and its card.")] = False,
    beside: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", exists=True, help="Another model folder to measure alike.")
    ] = None,
    peer: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", exists=True, help="A Python file with a class Peer to measure alike."),
    ] = None,
) -> None:
    """Measure the model on photographs that training never saw."""
    from training.evaluation.report import evaluate_model

    evaluate_model(
        load(data, only),
        model=model,
        input_size=input_size,
        split=split,
        save=save,
        beside=beside or [],
        peers=peer or [],
    )


def gallery(
    to: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder for the sheets; they show people of the data sets.")
    ],
    data: Data = DATA,
    only: Only = None,
    model: Model = None,
    input_size: InputSize = 640,
    split: Split = "test",
) -> None:
    """Write sheets of the worst errors, to learn from by eye."""
    from training.evaluation.gallery import write_gallery

    for path in write_gallery(load(data, only), model=model, input_size=input_size, split=split, to=to):
        print(path)


def _network(given: Path | None, kind: Kind) -> Path:
    """The .keras file of the averaged network that was asked for."""
    from training.runs.folder import find_run, open_run

    if given and given.suffix == ".keras":
        return given
    return (open_run(given) if given else find_run(kind)).average
