"""The files of the review queue: a JPEG and a JSON file for each picture, in one folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from maskcore.files import write_atomically
from training.data.duplicates import forget_hashes
from training.data.review.items import ReviewItem, item_from
from training.errors import DataError


class ReviewFiles:
    """Pictures and what was said about them; every method raises OSError where the disk refuses.

    Args:
        folder: Where they lie; made at the first picture, for this user alone.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def picture(self, id: str) -> Path:
        """Where the picture of an item lies."""
        return self.folder / f"{id}.jpg"

    def add(self, id: str, jpeg: bytes) -> None:
        """Keep a picture, in place of what was kept of it before."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(self.picture(id), jpeg)

    def save(self, item: ReviewItem) -> None:
        """Keep what was said about a picture, in place of what was said before."""
        write_atomically(self._told(item.id), json.dumps(asdict(item), default=_plain, indent=1).encode())

    def load(self, id: str) -> ReviewItem | None:
        """What was said about a picture; None where nothing was.

        Raises:
            DataError: The file is not as `save` writes it.
        """
        path = self._told(id)
        if not path.exists():
            return None
        try:
            return item_from(json.loads(path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"Expected {path} as the review queue writes it; it cannot be read ({error}). Delete it and {id}.jpg "
                "beside it."
            ) from error

    def items(self) -> list[ReviewItem]:
        """All that was said, in no order; see `load`."""
        found = (self.load(path.stem) for path in self.folder.glob("*.json"))
        return [item for item in found if item is not None]

    def delete(self, ids: list[str]) -> None:
        """Delete pictures, what was said about them, and what was computed of them; those gone before are no error."""
        for id in ids:
            self.picture(id).unlink(missing_ok=True)
            self._told(id).unlink(missing_ok=True)
        forget_hashes([str(self.picture(id)) for id in ids], cache=self.folder)

    def size_bytes(self) -> int:
        """Of all pictures together."""
        return sum(path.stat().st_size for path in self.folder.glob("*.jpg"))

    def _told(self, id: str) -> Path:
        return self.folder / f"{id}.json"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept")
