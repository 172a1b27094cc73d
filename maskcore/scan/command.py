"""`python -m maskcore scan INPUT… --output FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from maskcore.errors import InputError
from maskcore.formats import ACCEPTED
from maskcore.modes import parse_input_size
from maskcore.scan.engines import Engine, look_with
from maskcore.scan.looking import Looker, Wish
from maskcore.scan.parts import Part, PartFolder, divide
from maskcore.scan.progress import ProgressTeller, count_files
from maskcore.scan.rows import Row
from maskcore.scan.sources import Source, find_sources
from maskcore.scan.tables import check_output, write_table
from maskcore.settings import get_settings
from maskcore.terminal import SOME_FAILED, MaxFaces, MinScore, Model, leaving_cleanly, say

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)


@app.command(no_args_is_help=True)
def scan(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="Pictures and films: files, folders (with all below them), patterns, or addresses such as "
            "s3://bucket/folder.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option(metavar="FILE", help="Table to write: a name that ends in .parquet, .csv or .jsonl.")
    ],
    engine: Annotated[Engine, typer.Option(help="Who looks: this machine, or a Ray cluster.")] = Engine.LOCAL,
    workers: Annotated[int | None, typer.Option(metavar="N", min=1, help="Processes; one a core if left out.")] = None,
    every_s: Annotated[
        float, typer.Option("--every", metavar="S", min=0.001, help="Of a film, seconds between two frames looked at.")
    ] = 1.0,
    input_size: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="Longer side the detector sees: a multiple of 32, or fast, balanced, full, crowd; by the picture if "
            "left out.",
        ),
    ] = None,
    min_score: MinScore = None,
    max_faces: MaxFaces = None,
    model: Model = None,
) -> None:
    """Look at many pictures and films, and write one table: a row a face, one for a picture without.

    What is done lies in FILE.parts until the table is written: after a stop the same command goes on where it was.

    [bold]Exit status:[/bold]
    0 all files were read;
    1 some could not be read, the table says which and why;
    2 wrong usage, nothing found, or no model;
    130 stopped by Ctrl-C.
    """
    with leaving_cleanly():
        check_output(output)
        size = None if input_size is None else parse_input_size(input_size)
        wish, settings = Wish(size, min_score, max_faces, every_s, model), get_settings()
        parts = divide(_found(inputs), wish, Looker(wish, settings).prove(), settings)
        folder = PartFolder(output.with_name(f"{output.name}.parts"))
        todo = [part for part in parts if not folder.has(part)]
        with ProgressTeller(parts, todo) as teller:
            for part, rows in look_with(engine, todo, wish, settings, workers=workers):
                folder.write(part, rows)
                teller.done(part)
        raise typer.Exit(_gather(parts, folder, output))


def _found(inputs: list[str]) -> list[Source]:
    sources = find_sources(inputs)
    if not sources:
        raise InputError(f"No picture or film found in {', '.join(inputs)}; expected {ACCEPTED} files, or films.")
    return sources


def _gather(parts: Sequence[Part], folder: PartFolder, output: Path) -> int:
    """Make the table of all parts; the exit status."""
    counts = _Counts()
    write_table(output, (counts.count(row) for part in parts for row in folder.read(part)))
    folder.remove()
    say(f"{count_files(parts)} files, {counts.faces} faces, {len(counts.failed)} files with an error: {output}")
    return SOME_FAILED if counts.failed else 0


@dataclass
class _Counts:
    """What the last line tells."""

    faces: int = 0
    failed: set[str] = field(default_factory=set)

    def count(self, row: Row) -> Row:
        self.faces += row["face"] is not None
        if row["error"]:
            self.failed.add(row["source"])
        return row
