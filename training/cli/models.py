"""Commands on models: make them of runs, write them for other programs, measure them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.cli.arguments import DATA, Data, InputSize, Model, Only, Split, console, load
from training.runs.options import Kind

CHECKPOINTS = Path("checkpoints")
Network = Annotated[Path | None, typer.Option(help="Run or .keras file; empty: the newest run.", exists=True)]


def publish(run: Annotated[Path, typer.Argument(help="Folder of the run.")]) -> None:
    """Make a model of a run, measured beside the active one, that the page Training can promote."""
    from training.publish import make_model
    from training.runs.folder import open_run, source_of

    folder = open_run(run)
    print(make_model(folder, lambda: load(*source_of(folder))))


def export(
    detector: Network = None,
    classifier: Network = None,
    data: Data = DATA,
    only: Only = None,
    to: Annotated[Path, typer.Option(help="Model folder to write.")] = Path("maskcore/weights"),
    checkpoints: Annotated[Path, typer.Option(help="Folder for the .keras files to go on from.")] = CHECKPOINTS,
) -> None:
    """Write the model folder that maskcore loads, calibrated on the validation part."""
    from training.export import export_models

    export_models(
        detector=_network(detector, Kind.DETECTOR),
        classifier=_network(classifier, Kind.CLASSIFIER),
        table=load(data, only),
        to=to,
        checkpoints=checkpoints,
    )
    print(to)


def convert(
    to: Annotated[Path, typer.Argument(help="Folder to write.")],
    networks: Annotated[
        list[Path] | None,
        typer.Option("--network", help="A .keras file; may be given several times; empty: both of ours.", exists=True),
    ] = None,
) -> None:
    """Write networks as .keras, SavedModel, float32 and float16 LiteRT, and ONNX, for other programs to load."""
    from rich.progress import track

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
    beside: Annotated[list[Path] | None, typer.Option(help="Another model folder to measure alike.")] = None,
    peer: Annotated[list[Path] | None, typer.Option(help="A Python file with a class Peer to measure alike.")] = None,
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
    to: Annotated[Path, typer.Argument(help="Folder for the sheets; they show people of the data sets.")],
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
