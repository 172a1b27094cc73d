"""Accepted pictures as a data set of its own, in Pascal VOC, which every reader of this package opens."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from training.data.archive import unpack
from training.data.notes import Notes, save_notes
from training.data.review.items import ReviewItem
from training.data.review.queue import ReviewQueue
from training.data.table import BOX, make_table
from training.data.writers import Format, write_set
from training.errors import DataError

IN_MEMORY_BYTES = 32 << 20  # of the set on its way; more goes through a file of the system


def merge(items: Sequence[ReviewItem], queue: ReviewQueue, folder: Path, *, notes: Notes) -> int:
    """Write pictures as a data set, then take them out of the queue.

    Args:
        items: What was accepted.
        queue: Where their pictures lie.
        folder: Of the new set; must not exist.
        notes: Where they come from and under which terms.
    Returns:
        How many pictures went into the set.
    Raises:
        DataError: There is nothing to write, the folder exists, or the disk refuses; all stays in the queue then.
    """
    if folder.exists():
        raise DataError(f"There is a data set called {folder.name} already. Choose another name.")
    table = table_of(items, queue)
    if table.empty:
        raise DataError("Expected accepted pictures, there are none. Accept some first.")
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        write_set(table, file, Format.VOC, notes=notes)
        unpack(file, folder)
    save_notes(folder, notes)
    queue.remove(item.id for item in items)
    return int(table["image"].nunique())


def table_of(items: Sequence[ReviewItem], queue: ReviewQueue) -> pd.DataFrame:
    """The faces of some items as training.data.table has them; pictures that are gone are left out."""
    there = [item for item in items if queue.picture(item.id).exists()]
    return make_table((row for item in there for row in _rows(item, queue.picture(item.id))), problems=[])


def _rows(item: ReviewItem, path: Path) -> Iterator[dict]:
    width, height = item.size_wh
    picture = {"image": str(path), "width": width, "height": height, "source": "review"}
    faces = [face for face in item.faces if face.label is not None]
    for face in faces:
        yield (
            picture
            | dict(zip(BOX, face.box, strict=True))
            | {"label": face.label.value, "source_label": face.label.value}
        )
    if not faces:
        yield picture
