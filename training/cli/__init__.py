"""The command line of training: which commands there are, in the order of the help."""

from __future__ import annotations

import os

import typer

from maskcore.errors import MaskcoreError
from training.cli import data, models, runs
from training.cli.arguments import console

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before TensorFlow is imported: it greets at length

SHOWN = (
    data.get, data.suspects, data.agreement, runs.estimate, runs.train, models.publish, models.promote,
    models.evaluate, models.gallery, models.recipe, models.export, models.convert,
)  # fmt: skip
HIDDEN = (runs.work, runs.train_queued)  # for the queue, see training.runs.queue

HELP = """Train the two models on photographs of your own, measure them, and let one answer.

The way: [bold]train[/bold] makes a run, [bold]publish[/bold] a model of it, measured beside the one of now,
[bold]promote[/bold] lets it answer. docs/training.md tells it step by step.

[bold]Exit status:[/bold] 0 done; 1 it could not be done, the message says why; 2 wrong usage; 130 stopped by Ctrl-C.
"""

app = typer.Typer(
    help=HELP, rich_markup_mode="rich", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
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
