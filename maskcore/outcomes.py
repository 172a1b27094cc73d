"""What came of each picture on the command line, as JSON and as tables for people."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from maskcore.errors import InputError
from maskcore.styles import INK_HEX, LABEL_STYLES, percent, style_caption, style_key
from maskcore.types import FrameResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one picture: a result, or the error that stood in its way."""

    picture: Path
    result: FrameResult | None = None
    error: InputError | None = None

    def to_dict(self) -> dict[str, Any]:
        """The line that --json prints."""
        if self.result is not None:
            return {"image": str(self.picture)} | self.result.to_dict()
        assert self.error is not None
        told = {"type": self.error.slug, "title": self.error.title, "detail": str(self.error)}
        return {"image": str(self.picture), "error": told}


def overview_table(outcomes: list[Outcome]) -> Table:
    """One row a picture: how many faces of each look."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Picture", overflow="fold", min_width=20)
    for heading in ("Faces", *(style.text for style in LABEL_STYLES.values()), "ms"):
        table.add_column(heading, justify="right")
    for outcome in outcomes:
        name = Text(os.fsencode(outcome.picture).decode("utf-8", "replace"))
        if outcome.result is None:
            table.add_row(name, Text("not read", style="bold red"), style="dim")
            continue
        counts = outcome.result.summary.to_dict()
        shown = (str(counts[key]) for key in ("faces", *LABEL_STYLES))
        table.add_row(name, *shown, f"{outcome.result.timings_ms['total']:.0f}")
    return table


def faces_table(result: FrameResult) -> Table:
    """One row a face of one picture."""
    table = Table("Face", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Left", "Top", "Width", "Height", "Score"):
        table.add_column(heading, justify="right")
    for face in result.faces:
        style = LABEL_STYLES[style_key(face)]
        x1, y1, x2, y2 = face.box
        sides = (f"{side:.0f}" for side in (x1, y1, x2 - x1, y2 - y1))
        words = Text(f" {style.symbol} {style_caption(face)} ", style=f"{INK_HEX} on {style.color_hex}")
        table.add_row(words, *sides, percent(face.score))
    return table
