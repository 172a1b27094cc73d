"""What a run in another process is asked to do: files in its folder, which it looks for after every step."""

from __future__ import annotations

from enum import StrEnum

from training.runs.folder import RunFolder


class Wish(StrEnum):
    """What can be asked of a run."""

    PAUSE = "pause"
    STOP = "stop"


def wish(folder: RunFolder, what: Wish) -> None:
    """Ask for something."""
    (folder.path / what).touch()


def take_back(folder: RunFolder, *what: Wish) -> None:
    """Ask for it no longer; without a name, for nothing."""
    for each in what or Wish:
        (folder.path / each).unlink(missing_ok=True)


def is_wished(folder: RunFolder, what: Wish) -> bool:
    """Whether somebody asks for it."""
    return (folder.path / what).exists()
