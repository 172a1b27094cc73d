"""What the commands share: options, results on standard output, words on standard error, and a status that tells."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console

from maskcore import errors
from maskcore.errors import MaskcoreError

SOME_FAILED = 1
CANNOT_RUN = 2
INTERRUPTED = 130  # 128 and the number of the signal, as shells have it
CLOSED_PIPE = 141

MinScore = Annotated[
    float | None,
    typer.Option(
        metavar="S",
        min=0,
        max=1,
        help="Lowest probability at which a face is reported; 0.5 if left out, or what MASKCORE_MIN_SCORE says.",
    ),
]
MaxFaces = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Most faces a picture, largest first; 200 if left out, or what MASKCORE_MAX_FACES says.",
    ),
]
Model = Annotated[Path | None, typer.Option(metavar="DIR", help="Model folder; the active one if left out.")]

EXIT_CODES: dict[type[MaskcoreError], int] = {
    errors.MaskcoreError: CANNOT_RUN,
    errors.InputError: SOME_FAILED,
    errors.ImageDecodeError: SOME_FAILED,
    errors.ImageFormatError: SOME_FAILED,
    errors.ImageTooLargeError: SOME_FAILED,
    errors.OptionError: CANNOT_RUN,
    errors.VideoDecodeError: SOME_FAILED,
    errors.ModelError: CANNOT_RUN,
    errors.ModelMissingError: CANNOT_RUN,
    errors.ModelMismatchError: CANNOT_RUN,
    errors.SettingsError: CANNOT_RUN,
    errors.StoreError: CANNOT_RUN,
}


@contextmanager
def the_terminal() -> Iterator[None]:
    """Around a whole command: streams that take any name, and a sentence where standard output cannot be written."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()  # none where the shell closed it: >&-
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show is still a name
    try:
        yield
    except OSError as error:  # of a file it was told where it was opened: this is standard output
        _let_go_of_stdout()
        say(f"The output cannot be written: {error.strerror}. See that there is room where it goes, then run it again.")
        sys.exit(CANNOT_RUN)


@contextmanager
def leaving_cleanly() -> Iterator[None]:
    """The outermost door: whatever stops the whole run ends in one sentence and a status, never in a traceback."""
    try:
        yield
    except MaskcoreError as error:
        say(str(error))
        raise typer.Exit(max(CANNOT_RUN, EXIT_CODES[type(error)])) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        _let_go_of_stdout()
        raise typer.Exit(CLOSED_PIPE) from error


def write(text: str) -> None:
    """Give a result, on standard output."""
    sys.stdout.write(text)
    sys.stdout.flush()  # a closed pipe is noticed here, at the picture, and not when Python ends


def say(text: str) -> None:
    """Tell a person, on standard error; standard output is for results."""
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def _let_go_of_stdout() -> None:
    """Let what is left in its buffer go nowhere, or Python complains when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nowhere() -> TextIO:
    return open(os.devnull, "w")  # noqa: SIM115 - open for as long as the process
