"""Parts of a scan on disk, each whole or not there, so that a scan that was killed goes on where it was.

A part is named after what it holds: the files, their sizes and times, how they are looked at, the limits, and the
model. The same command finds the parts that are done; after any change the name differs, and the part is made anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskcore.errors import SettingsError
from maskcore.scan.looking import Wish
from maskcore.scan.rows import Row
from maskcore.scan.sources import Source
from maskcore.settings import Settings
from maskcore.types import ModelInfo

PICTURES_A_PART = 32
HEEDED = ("min_score", "max_faces", "max_upload_mb", "max_megapixels", "max_video_mb")  # settings that rows depend on


@dataclass(frozen=True, slots=True)
class Part:
    """Files that one worker looks at in one go.

    Attributes:
        number: Place in the table.
        name: Of its file; see the top of this module.
        sources: Up to PICTURES_A_PART pictures, or one film.
    """

    number: int
    name: str
    sources: tuple[Source, ...]


def divide(sources: Sequence[Source], wish: Wish, model: ModelInfo, settings: Settings) -> list[Part]:
    """The parts of a scan, in the order of their files."""
    groups: list[list[Source]] = []
    for source in sources:
        if not groups or source.is_film or groups[-1][-1].is_film or len(groups[-1]) == PICTURES_A_PART:
            groups.append([])
        groups[-1].append(source)
    look = f"{wish} {model} {[getattr(settings, name) for name in HEEDED]}"
    return [Part(number, _name(number, group, look), tuple(group)) for number, group in enumerate(groups)]


class PartFolder:
    """Where parts lie until they become the table.

    Args:
        folder: Made at the first part.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def has(self, part: Part) -> bool:
        """Whether the part is there, whole."""
        return (self.folder / part.name).exists()

    def write(self, part: Part, rows: Sequence[Row]) -> None:
        """Keep a part, all or nothing.

        Raises:
            SettingsError: The folder cannot be written, or the disk is full.
        """
        path = self.folder / part.name
        new = path.with_suffix(".new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            new.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            new.replace(path)
        except OSError as error:
            raise SettingsError(
                f"{self.folder} cannot be written: {error.strerror}. See that the disk has room and that this user may "
                "write there, then run the same command again: it goes on where it was."
            ) from error

    def read(self, part: Part) -> Iterator[Row]:
        """The rows of a part that is there."""
        with (self.folder / part.name).open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def remove(self) -> None:
        """Delete the folder with all parts."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _name(number: int, sources: Sequence[Source], look: str) -> str:
    held = json.dumps([look, [(source.url, source.stamp) for source in sources]])
    return f"{number:06}-{hashlib.sha256(held.encode()).hexdigest()[:16]}.jsonl"
