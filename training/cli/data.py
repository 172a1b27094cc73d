"""Commands on data sets: get one, find what is wrong in it, measure how well those who labelled it agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from maskcore.files import write_atomically
from maskcore.settings import get_settings
from training.cli.arguments import DATA, Data, console, load
from training.errors import DataError

MOST_SHOWN = 30  # suspects on the screen; a file gets all


def get(
    name: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="The data set as Kaggle calls it.")],
    data: Data = DATA,
    licence: Annotated[str, typer.Option(metavar="TEXT", help="Terms of the pictures; asked for if left out.")] = "",
    origin: Annotated[
        str, typer.Option(metavar="TEXT", help="Where the pictures come from; the set's page if left out.")
    ] = "",
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


def agreement(data: Data = DATA) -> None:
    """Measure how well the people agree who boxed the same photographs for two sets: a ceiling for every model."""
    from rich.table import Table

    from training.data.cache import cache_folder
    from training.evaluation.ceiling import agreement

    columns = ("photographs", "faces", "mean_iou", "labels_same", "face", "mean")
    table = Table("truth ← found", *columns, title="One set's boxes judged by another's")
    for name, row in agreement(load(data, None), cache=cache_folder()).items():
        table.add_row(name, *(f"{row[key]:.3f}" if isinstance(row[key], float) else str(row[key]) for key in columns))
    Console().print(table)


def suspects(
    folder: Annotated[Path, typer.Argument(metavar="SET", help="Folder of the data set.")],
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File for all of them; the surest are shown if left out.")
    ] = None,
) -> None:
    """Find labels that are probably wrong, by a classifier that never saw the faces that it judges."""
    from rich.progress import Progress
    from rich.table import Table

    from maskcore import MaskDetector
    from training.data import read
    from training.data.cache import cache_folder
    from training.data.features import Embedder
    from training.data.notes import load_notes
    from training.data.suspects import as_list, look_for_suspects, not_looked_at

    if csv and (csv.is_dir() or not csv.parent.is_dir()):  # told now, and not after minutes of work
        raise DataError(f"Expected a file in a folder that is there, got {csv}. Name another with --csv.")
    table = read(folder).table
    embed = Embedder(get_settings().model_dir)
    with Progress(console=console) as bar:
        task = bar.add_task("Looking at the faces")
        found = look_for_suspects(
            table, MaskDetector(), embed, cache=cache_folder(),
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    listed = as_list(not_looked_at(found.faces, folder, load_notes(folder).edits), folder)
    console.print(f"{found.looked_at:,} faces judged, {len(listed):,} suspects that nobody has looked at")
    for label in found.too_rare:
        console.print(f"Faces of {label} were not judged: they are in too few photographs", style="yellow")
    if csv:
        _write(listed, csv)
        print(csv)
        return
    shown = Table("picture", "label", "suggested", "confidence", "sure")
    for row in listed.head(MOST_SHOWN).itertuples():
        shown.add_row(row.image, row.label, row.suggested, f"{row.confidence:.3f}", "yes" if row.sure else "")
    Console().print(shown)


def _write(listed: pd.DataFrame, csv: Path) -> None:
    try:
        write_atomically(csv, listed.to_csv(index=False).encode())
    except OSError as error:
        raise DataError(f"{csv} cannot be written: {error.strerror}. Name another file with --csv.") from error
