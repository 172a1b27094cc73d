"""What the commands share: arguments, the console, and the data that the arguments name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer
from rich.console import Console

from maskcore.modes import input_size_for

console = Console(stderr=True, soft_wrap=True)

DATA = Path("../shared/data")
PROBLEMS_SHOWN = 5


def check_input_size(pixels: int) -> int:
    """A number of pixels that the detector takes; told now, and not after minutes of reading.

    Raises:
        OptionError: It is no multiple of 32, or out of range.
    """
    return input_size_for(pixels, (pixels, pixels))


Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="Folder that holds the data sets, one folder each.")]
Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="SET", help="Use this set only; may be given several times.")
]
Model = Annotated[
    Path | None, typer.Option(metavar="DIR", exists=True, help="Model folder; the one that ships if left out.")
]
InputSize = Annotated[
    int,
    typer.Option(metavar="N", callback=check_input_size, help="Longer side the detector sees, a multiple of 32."),
]
Split = Annotated[Literal["test", "val", "train"], typer.Option(help="Part of the data.")]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of the run, one of those in runs/.")]


def load(data: Path, only: list[str] | None) -> pd.DataFrame:
    """The faces of the data sets, see training.data.load_sources; the first problems are told on the console.

    Args:
        data: Folder that holds the sets.
        only: Names of the sets to use; None takes all.
    Raises:
        DataError: There is no such set, or none can be read.
    """
    from training.data import load_sources

    loaded = load_sources(data, only)
    for problem in loaded.problems[:PROBLEMS_SHOWN]:
        console.print(f"[yellow]data:[/] {problem}")
    if len(loaded.problems) > PROBLEMS_SHOWN:
        console.print(f"[yellow]data:[/] … and {len(loaded.problems) - PROBLEMS_SHOWN} more")
    return loaded.table
