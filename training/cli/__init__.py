"""The command line of training: which commands there are, in the order of the help."""

from __future__ import annotations

import os

import typer

from maskcore.errors import MaskcoreError
from training.cli import data, models, runs
from training.cli.arguments import console

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported: it greets at length

SHOWN = (
    runs.train, runs.estimate, models.publish, data.get, models.export, models.convert, models.evaluate,
    models.gallery, data.agreement, data.suspects,
)  # fmt: skip
HIDDEN = (runs.work, runs.train_queued)  # for the queue, see training.runs.queue

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in SHOWN:
    app.command()(command)
for command in HIDDEN:
    app.command(hidden=True)(command)


def main() -> None:
    """Run the command line; trouble that a person can mend is one sentence, not a traceback."""
    try:
        app(prog_name="python -m training")
    except MaskcoreError as error:
        console.print(f"{error.title}: {error}", style="red", markup=False)
        raise SystemExit(1) from error
