"""Picture files for the command line: which ones are meant, and under which names their annotated copies go."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from maskcore.formats import SUFFIXES

LONGEST_NAME = 255  # bytes


def find_pictures(arguments: Iterable[str], *, skip: Path | None = None) -> list[Path]:
    """The pictures that files, folders and patterns stand for, each once, in the order given.

    A file is taken whatever its name, and also when it does not exist, so that its absence is told like any other
    trouble; so is a folder that may not be looked into. Of a folder, and of all below it, files with the ending of an
    accepted picture are taken, sorted; hidden ones and links to folders are not.

    Args:
        arguments: Paths of files or folders, or patterns such as `door/**/*.jpg`.
        skip: A folder that is left out when a folder above it is searched; annotated copies go there.
    """
    found: dict[Path, Path] = {}
    for argument in arguments:
        for path in _expand(argument, skip):
            found.setdefault(path.absolute(), path)
    return list(found.values())


def _expand(argument: str, skip: Path | None) -> Iterator[Path]:
    path = Path(argument)
    if os.path.isdir(path):  # unlike Path's, no error where it may not be looked at, or its name is too long
        yield from _walk(path, skip)
    elif os.path.lexists(path) or not glob.has_magic(argument):
        yield path
    else:
        for match in sorted(map(Path, glob.glob(argument, recursive=True))):
            if os.path.isfile(match) and match.suffix.lower() in SUFFIXES:
                yield match


def _walk(folder: Path, skip: Path | None) -> Iterator[Path]:
    closed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _same(Path(parent, name), skip)
        )
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(parent, name)
    yield from (Path(error.filename) for error in closed)


def _same(folder: Path, other: Path | None) -> bool:
    return other is not None and folder.resolve() == other.resolve()


class CopyNames:
    """Gives every annotated copy a name of its own in one folder.

    Two inputs of the same name get two names, and a copy never takes the place of an input.

    Args:
        folder: Where the copies go.
        inputs: The pictures of this run.
    """

    def __init__(self, folder: Path, inputs: Iterable[Path]) -> None:
        self._folder = folder
        self._taken = {_fold(path) for path in inputs}

    def name(self, picture: Path) -> Path:
        """A new path for the copy of `picture`: a JPEG of a JPEG, a PNG of all else."""
        suffix = ".jpg" if picture.suffix.lower() in (".jpg", ".jpeg", ".jfif") else ".png"
        number = 1
        while True:
            ending = f"-{number}" if number > 1 else ""
            path = self._folder / _shortened(picture.stem, f"_annotated{ending}{suffix}")
            if _fold(path) not in self._taken:
                self._taken.add(_fold(path))
                return path
            number += 1


def _shortened(stem: str, ending: str) -> str:
    """A name with so much of its beginning as systems take."""
    while len(os.fsencode(stem + ending)) > LONGEST_NAME:
        stem = stem[:-1]
    return stem + ending


def _fold(path: Path) -> str:
    """A path as systems see it for which large and small letters are the same."""
    return os.path.realpath(path).casefold()  # Path's own fails at a link to itself
