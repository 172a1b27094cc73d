"""The command line of training: train, export, convert, evaluate and what goes with it."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from maskcore.errors import MaskcoreError
from maskcore.settings import get_settings
from training.errors import RunError
from training.runs.options import OPTIONS, Kind, check_options

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported: it greets at length

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console(stderr=True)

DATA = Path("../shared/data")
CHECKPOINTS = Path("checkpoints")
MOST_SHOWN = 30  # suspects on the screen; a file gets all
NICE = 5  # how far training in the background steps back before the pages and the API
Data = Annotated[Path, typer.Option("--data", help="Folder that holds the data sets, one folder each.")]
Preset = Annotated[str | None, typer.Option(help="Network: small; for the classifier also seed.")]
Options = Annotated[
    list[str] | None, typer.Option("--set", help="An option of the run, such as epochs=10; see docs/training.md.")
]
Only = Annotated[list[str] | None, typer.Option("--only", help="Use this set only; may be given several times.")]


@app.command()
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
        assist_run(kind, lambda: _load(data, only))
        return
    if run or resume:
        folder = open_run(run) if run else find_run(kind)
    else:
        config = _config(kind, preset=preset, options=options or [], start=start)
        found = fingerprint(_load(data, only))
        folder = create_run(config, kind=kind, fingerprint=found, source=DataSource(data, only))
    if background:
        queue_run(folder)
    else:
        console.print(f"Run {folder.path}: epoch {folder.epochs_done() + 1} of {folder.config()['config']['epochs']}")
        take_back(folder)  # wishes that a killed process left
        train_run(folder, lambda: _load(data, only))
    print(folder.path)


@app.command()
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

    table = _load(data, only)
    check_data(kind, table)
    found = probe(_config(kind, preset=preset, options=options or [], start=None), table)
    console.print(f"About {how_long(found.total_s)}: {found.words}")
    print(found.to_json())


@app.command()
def publish(run: Annotated[Path, typer.Argument(help="Folder of the run.")]) -> None:
    """Make a model of a run, measured beside the active one, that the page Training can promote."""
    from training.publish import make_model
    from training.runs.folder import open_run, source_of

    folder = open_run(run)
    print(make_model(folder, lambda: _load(*source_of(folder))))


@app.command()
def get(
    name: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="The data set as Kaggle calls it.")],
    data: Data = DATA,
    licence: Annotated[str, typer.Option(help="Terms of the pictures; empty: asked for.")] = "",
    origin: Annotated[str, typer.Option(help="Where the pictures come from; empty: the set's page.")] = "",
) -> None:
    """Download a data set of Kaggle into the folder of the data sets; needs requirements-kaggle.txt."""
    from training.data.download import Download
    from training.data.kaggle import KNOWN, address_of, name_of
    from training.data.notes import Notes

    name = name_of(name)
    terms = licence or typer.prompt(f"Terms of the pictures, see {address_of(name)}", KNOWN.get(name) or None, err=True)
    download = Download(name, data / name.split("/")[1], notes=Notes(terms, origin or address_of(name)))
    with console.status(f"Getting {name}") as status:
        while download.running:
            download.wait(1)
            status.update(f"Getting {name}: {{:.0f}} MB in {{:.0f}} s".format(*download.progress))
    if download.error:
        raise download.error
    print(download.folder)


@app.command(hidden=True)
def work(root: Annotated[Path, typer.Argument(help="Folder of the runs.")]) -> None:
    """Train the runs of the queue, one after another; see training.runs.queue."""
    from training.runs.queue import work_off

    os.nice(NICE)
    work_off(root)


@app.command(hidden=True)
def train_queued(folder: Annotated[Path, typer.Argument(help="Folder of the run.")]) -> None:
    """Train one run of the queue on the data that its folder names."""
    from training.runs.folder import open_run, source_of
    from training.runs.training import train_run

    run = open_run(folder)
    train_run(run, lambda: _load(*source_of(run)))


@app.command()
def export(
    detector: Annotated[Path | None, typer.Option(help="Run or .keras file; empty: the newest run.")] = None,
    classifier: Annotated[Path | None, typer.Option(help="Run or .keras file; empty: the newest run.")] = None,
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
        table=_load(data, only),
        to=to,
        checkpoints=checkpoints,
    )
    print(to)


@app.command()
def convert(
    to: Annotated[Path, typer.Argument(help="Folder to write.")],
    networks: Annotated[
        list[Path] | None,
        typer.Option("--network", help="A .keras file; may be given several times; empty: both of ours."),
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


@app.command()
def evaluate(
    data: Data = DATA,
    only: Only = None,
    model: Annotated[Path | None, typer.Option(help="Model folder; empty: the one that ships.")] = None,
    input_size: Annotated[int, typer.Option(help="Longer side the detector sees.")] = 640,
    split: Annotated[str, typer.Option(help="Part of the data: test, val or train.")] = "test",
    save: Annotated[bool, typer.Option(help="Write the figures into the model folder and its card.")] = False,
    beside: Annotated[list[Path] | None, typer.Option(help="Another model folder to measure alike.")] = None,
    peer: Annotated[list[Path] | None, typer.Option(help="A Python file with a class Peer to measure alike.")] = None,
) -> None:
    """Measure the model on photographs that training never saw."""
    from training.evaluation.report import evaluate_model

    evaluate_model(
        _load(data, only),
        model=model,
        input_size=input_size,
        split=split,
        save=save,
        beside=beside or [],
        peers=peer or [],
    )


@app.command()
def gallery(
    to: Annotated[Path, typer.Argument(help="Folder for the sheets; they show people of the data sets.")],
    data: Data = DATA,
    only: Only = None,
    model: Annotated[Path | None, typer.Option(help="Model folder; empty: the one that ships.")] = None,
    input_size: Annotated[int, typer.Option(help="Longer side the detector sees.")] = 640,
    split: Annotated[str, typer.Option(help="Part of the data: test, val or train.")] = "test",
) -> None:
    """Write sheets of the worst errors, to learn from by eye."""
    from training.evaluation.gallery import write_gallery

    for path in write_gallery(_load(data, only), model=model, input_size=input_size, split=split, to=to):
        print(path)


@app.command()
def agreement(data: Data = DATA) -> None:
    """Measure how well the people agree who boxed the same photographs for two sets: a ceiling for every model."""
    from rich.table import Table

    from training.data import CACHE
    from training.evaluation.ceiling import agreement

    columns = ("photographs", "faces", "mean_iou", "labels_same", "face", "mean")
    table = Table("truth ← found", *columns, title="One set's boxes judged by another's")
    for name, row in agreement(_load(data, None), cache=CACHE).items():
        table.add_row(name, *(f"{row[key]:.3f}" if isinstance(row[key], float) else str(row[key]) for key in columns))
    Console().print(table)


@app.command()
def suspects(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the data set.")],
    csv: Annotated[Path | None, typer.Option(help="File for all of them; empty: the surest are shown.")] = None,
) -> None:
    """Find labels that are probably wrong, by a classifier that never saw the faces that it judges."""
    from rich.progress import Progress
    from rich.table import Table

    from maskcore import MaskDetector
    from training.data import CACHE, read
    from training.data.features import Embedder
    from training.data.notes import load_notes
    from training.data.suspects import as_list, look_for_suspects, not_looked_at

    table = read(folder).table
    embed = Embedder(get_settings().model_dir)
    with Progress(console=console) as bar:
        task = bar.add_task("Looking at the faces")
        found = look_for_suspects(
            table, MaskDetector(), embed, cache=CACHE,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    listed = as_list(not_looked_at(found.faces, folder, load_notes(folder).edits), folder)
    console.print(f"{found.looked_at:,} faces judged, {len(listed):,} suspects that nobody has looked at")
    for label in found.too_rare:
        console.print(f"Faces of {label} were not judged: they are in too few photographs", style="yellow")
    if csv:
        listed.to_csv(csv, index=False)
        print(csv)
        return
    shown = Table("picture", "label", "suggested", "confidence", "sure")
    for row in listed.head(MOST_SHOWN).itertuples():
        shown.add_row(row.image, row.label, row.suggested, f"{row.confidence:.3f}", "yes" if row.sure else "")
    Console().print(shown)


def main() -> None:
    """Run the command line; trouble that a person can mend is one sentence, not a traceback."""
    try:
        app(prog_name="python -m training")
    except MaskcoreError as error:
        console.print(f"{error.title}: {error}", style="red", markup=False)
        raise SystemExit(1) from error


def _load(data: Path, only: list[str] | None):
    from training.data import load_sources

    loaded = load_sources(data, only)
    for problem in loaded.problems[:5]:
        console.print(f"[yellow]data:[/] {problem}")
    if len(loaded.problems) > 5:
        console.print(f"[yellow]data:[/] … and {len(loaded.problems) - 5} more")
    return loaded.table


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


def _network(given: Path | None, kind: Kind) -> Path:
    """The .keras file of the averaged network that was asked for."""
    from training.runs.folder import find_run, open_run

    if given and given.suffix == ".keras":
        return given
    return (open_run(given) if given else find_run(kind)).average


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
