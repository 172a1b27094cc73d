"""What people say about a data set: where it comes from, what its names mean, what is wrong in it.

It lies in a file of its own beside the data, which are never changed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from maskcore.files import write_atomically
from maskcore.types import Label
from training.errors import DataError

FILE_NAME = "maskcheck.json"
CHANGING = threading.RLock()  # held from reading notes until they are written; a fast visitor's clicks overlap

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing mended.

    Attributes:
        image: Path of the picture below the set's folder, with forward slashes.
        box: x1, y1, x2, y2 in pixels, to a tenth; None is the whole picture, which is left out.
        label: What the face is. A box that the set lacks is added; a box without label is taken away.
    """

    image: str
    box: Box | None = None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """All that was said about a set.

    Attributes:
        licence: Under which terms the pictures may be used.
        origin: Where they come from.
        labels: Our label for names of the set, where it is not the usual one; None says that it is no face.
        edits: In the order they were made; a later one counts more.
    """

    licence: str = ""
    origin: str = ""
    labels: Mapping[str, Label | None] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()


def load_notes(folder: Path) -> Notes:
    """The notes of a set; empty ones where nobody said anything.

    Raises:
        DataError: The file is not as `save_notes` writes it.
    """
    path = folder / FILE_NAME
    try:
        said = json.loads(path.read_text("utf-8"))
        labels = {str(name): _label(label) for name, label in said["labels"].items()}
        edits = tuple(Edit(_image(each["image"]), _box(each["box"]), _label(each["label"])) for each in said["edits"])
        return Notes(str(said["licence"]), str(said["origin"]), labels, edits)
    except FileNotFoundError:
        return Notes()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"Expected {path} as the Data page writes it; it cannot be read ({type(error).__name__}: {error}). "
            "Mend it, or delete it to begin without corrections."
        ) from error


def save_notes(folder: Path, notes: Notes) -> None:
    """Keep the notes of a set, in place of those before.

    Raises:
        DataError: The folder cannot be written to.
    """
    content = json.dumps(asdict(notes), indent=1, ensure_ascii=False).encode()
    try:
        write_atomically(folder / FILE_NAME, content)
    except OSError as error:
        raise DataError(
            f"What you said about the set cannot be kept: {folder} cannot be written to ({error.strerror}). Let the "
            "operator allow it, or send the set as a ZIP file."
        ) from error


def change_notes(folder: Path, change: Callable[[Notes], Notes]) -> None:
    """Change what is said of a set as it stands now, whoever else changes it at the same time.

    Raises:
        DataError: The notes cannot be read or written.
    """
    with CHANGING:
        save_notes(folder, change(load_notes(folder)))


def add_edits(folder: Path, *edits: Edit) -> None:
    """Keep more edits; errors as of `change_notes`."""
    change_notes(folder, lambda notes: replace(notes, edits=(*notes.edits, *edits)))


def undo_edit(folder: Path) -> Edit | None:
    """Take the last edit back, and tell which it was; None where there is none.

    Raises:
        DataError: The notes cannot be read or written.
    """
    with CHANGING:
        notes = load_notes(folder)
        if not notes.edits:
            return None
        save_notes(folder, replace(notes, edits=notes.edits[:-1]))
    return notes.edits[-1]


def take_back(edits: tuple[Edit, ...], *wrong: Edit) -> tuple[Edit, ...]:
    """Edits without the newest of each that is wrong; those of others in between stay."""
    left = list(edits)
    for edit in wrong:
        places = [place for place, each in enumerate(left) if each == edit]
        if places:
            del left[places[-1]]
    return tuple(left)


def round_box(box: tuple[float, ...]) -> Box:
    """A box to a tenth of a pixel, which is how faces are known again."""
    x1, y1, x2, y2 = (round(float(side), 1) for side in box)
    return x1, y1, x2, y2


def _image(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is no path of a picture")
    return value


def _label(value: str | None) -> Label | None:
    return None if value is None else Label(value)


def _box(value: list[float] | None) -> Box | None:
    return None if value is None else round_box(tuple(value))
