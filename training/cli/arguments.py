"""What the commands share: arguments, the console, and the data that the arguments name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

console = Console(stderr=True)

DATA = Path("../shared/data")
PROBLEMS_SHOWN = 5
Data = Annotated[Path, typer.Option("--data", help="Folder that holds the data sets, one folder each.")]
Only = Annotated[list[str] | None, typer.Option("--only", help="Use this set only; may be given several times.")]
Model = Annotated[Path | None, typer.Option(help="Model folder; empty: the one that ships.")]
InputSize = Annotated[int, typer.Option(help="Longer side the detector sees.")]
Split = Annotated[str, typer.Option(help="Part of the data: test, val or train.")]


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
