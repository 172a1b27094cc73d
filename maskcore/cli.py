"""The command line: pictures in, a table or one JSON object a line out."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from maskcore.drawing import draw_faces
from maskcore.errors import InputError, OptionError
from maskcore.formats import ACCEPTED
from maskcore.imaging import encode_jpeg, encode_png, load_image
from maskcore.modes import Mode, parse_input_size
from maskcore.outcomes import Outcome, faces_table, overview_table
from maskcore.picture_files import CopyNames, find_pictures
from maskcore.pipeline import MaskDetector
from maskcore.settings import get_settings
from maskcore.terminal import (
    EXIT_CODES,
    INTERRUPTED,
    MaxFaces,
    MinScore,
    Model,
    leaving_cleanly,
    say,
    the_terminal,
    write,
)

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Options:
    """What the detector is asked for; None leaves it to the picture or to the settings."""

    input_size: int | Mode | None
    min_score: float | None
    max_faces: int | None


@app.command(no_args_is_help=True)
def detect(
    context: typer.Context,
    pictures: Annotated[
        list[str],
        typer.Argument(
            metavar="PICTURE", help="Picture files, folders (with all below them) or patterns.", show_default=False
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a picture and line, no table.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write an annotated copy of every picture into this folder.")
    ] = None,
    input_size: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="Longer side the detector sees: a multiple of 32, or fast (320), balanced (480), full (640), crowd "
            "(all of a large picture, in tiles); by the picture if left out.",
        ),
    ] = None,
    min_score: MinScore = None,
    max_faces: MaxFaces = None,
    model: Model = None,
) -> None:
    """Find faces in pictures and tell whether they wear a mask.

    Results go to standard output, progress and errors to standard error.

    Thousands of pictures, and films: python -m maskcore scan --help
    (a folder of that name is ./scan).

    [bold]Exit status:[/bold]
    0 all pictures were read;
    1 some could not be read, the others are reported;
    2 wrong usage, no picture found, or no model;
    130 stopped by Ctrl-C, what was seen until then is reported.
    """
    with leaving_cleanly():
        paths = find_pictures(pictures, skip=save)
        if not paths:
            raise InputError(f"No picture found in {', '.join(pictures)}; expected {ACCEPTED} files.")
        detector: MaskDetector = context.obj or MaskDetector(model)
        size = None if input_size is None else parse_input_size(input_size)
        run = _Run(detector, Options(size, min_score, max_faces), paths, as_json=as_json, save=save)
        raise typer.Exit(run.all())


class _Run:
    """All pictures of one call, one after the other."""

    def __init__(
        self, detector: MaskDetector, options: Options, pictures: list[Path], *, as_json: bool, save: Path | None
    ) -> None:
        self._detector, self._options, self._pictures = detector, options, pictures
        self._as_json, self._save = as_json, save
        self._names = CopyNames(save, pictures) if save else None

    def all(self) -> int:
        """See every picture, print what was seen, and return the exit status."""
        outcomes: list[Outcome] = []
        try:
            with _progress(wanted=len(self._pictures) > 1 and not (self._as_json and sys.stdout.isatty())) as progress:
                for picture in progress.track(self._pictures):
                    outcomes.append(self._see(picture))
                    self._tell(outcomes[-1])
        except KeyboardInterrupt:
            self._finish(outcomes)
            say(f"Stopped after {len(outcomes)} of {len(self._pictures)} pictures.")
            return INTERRUPTED
        self._finish(outcomes)
        return max((EXIT_CODES[type(outcome.error)] for outcome in outcomes if outcome.error), default=0)

    def _tell(self, outcome: Outcome) -> None:
        if self._as_json:
            write(json.dumps(outcome.to_dict()) + "\n")
        if outcome.error is not None:
            say(str(outcome.error))

    def _finish(self, outcomes: list[Outcome]) -> None:
        if not self._as_json and outcomes:
            write(_tables(outcomes))
        if self._save:
            saved = sum(outcome.result is not None for outcome in outcomes)
            say(f"{saved} annotated {'copy' if saved == 1 else 'copies'} in {self._save}")

    def _see(self, picture: Path) -> Outcome:
        limits, options = get_settings(), self._options
        try:
            image_bgr = load_image(picture, max_mb=limits.max_upload_mb, max_megapixels=limits.max_megapixels)
            result = self._detector.detect(
                image_bgr,
                input_size=options.input_size,
                min_score=options.min_score,
                max_faces=options.max_faces,
            )
        except OptionError:
            raise  # it would meet every picture alike
        except InputError as error:
            return Outcome(picture, error=error)
        if self._names is not None:
            _save_copy(self._names.name(picture), draw_faces(image_bgr, result.faces))
        return Outcome(picture, result=result)


def _save_copy(path: Path, image_bgr: NDArray[np.uint8]) -> None:
    encode = encode_jpeg if path.suffix == ".jpg" else encode_png
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(image_bgr))
    except OSError as error:
        raise OptionError(f"{path} cannot be written: {error.strerror}. Choose another folder for --save.") from error


def _progress(*, wanted: bool) -> Progress:
    """A bar on standard error, where a person looks on; standard output is left alone."""
    console = Console(stderr=True)
    columns = (TextColumn("Pictures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = wanted and console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=not shown, redirect_stdout=False)


def _tables(outcomes: list[Outcome]) -> str:
    console = Console(width=None if sys.stdout.isatty() else 120)
    with console.capture() as printed:
        console.print(overview_table(outcomes))
        if len(outcomes) == 1 and outcomes[0].result is not None and outcomes[0].result.faces:
            console.print(faces_table(outcomes[0].result))
    return printed.get()


def main() -> None:
    """Run the command line on the process's arguments and end the process."""
    with the_terminal():
        if sys.argv[1:2] == ["scan"]:
            from maskcore.scan.command import app as scan_app  # it brings the reader of films; pictures do without

            scan_app(sys.argv[2:], prog_name="python -m maskcore scan")
        app(prog_name="python -m maskcore")
