"""A set that is looked at: read once a visit, measured once for all, with its notes as they stand now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.ui.data_sets import FIGURES, cache_file, memory
from training.data.cache import cache_folder, cached
from training.data.formats import recognise
from training.data.names import apply_notes, keep_inside, read_every_name
from training.data.notes import Notes, load_notes
from training.data.statistics import (
    Measured,
    describe_faces,
    describe_pictures,
    leave_out_damaged,
    measure_pictures,
)
from training.data.table import DataSet

FORMATS = {
    "read_voc": "Pascal VOC",
    "read_coco": "COCO",
    "read_yolo": "YOLO",
    "read_medical_mask": "the Kaggle medical-mask set",
    "read_folders": "class folders",
}


@dataclass(frozen=True)
class Opened:
    """A set as it stands.

    Attributes:
        key: Its name in the page's address.
        folder: Where it lies.
        form: Its format in words.
        published: As read, before its notes; boxes of every name.
        notes: What was said about it.
        found: With its notes, without damaged pictures.
        measured: What was measured.
    """

    key: str
    folder: Path
    form: str
    published: DataSet
    notes: Notes
    found: DataSet
    measured: Measured

    @property
    def before_edits(self) -> pd.DataFrame:
        """The table with the meanings of its names, but nothing mended."""
        return apply_notes(self.published, self.folder, replace(self.notes, edits=())).table

    @property
    def faces(self) -> pd.DataFrame:
        """One row a face; see `describe_faces`."""
        return describe_faces(self.found.table, self.measured)

    @property
    def pictures(self) -> pd.DataFrame:
        """One row a picture; see `describe_pictures`."""
        return describe_pictures(self.found.table, self.measured)

    def relative(self, image: str) -> str:
        """The path of a picture as notes name it."""
        return Path(image).relative_to(self.folder.resolve()).as_posix()


def open_set(key: str, folder: Path) -> Opened:
    """Read, measure and correct a set; the first two are not done again in this visit.

    Raises:
        DataError: It cannot be read.
    """
    form, published = _read(key, folder)
    measured = _measure(key, folder, published)
    notes = load_notes(folder)
    found = leave_out_damaged(apply_notes(published, folder, notes), measured)
    return Opened(key, folder, form, published, notes, found, measured)


def _read(key: str, folder: Path) -> tuple[str, DataSet]:
    kept = memory(key)
    if "read" not in kept:
        form = FORMATS[recognise(folder).__name__]
        bar = st.progress(0.0, "Reading the labels")

        def read() -> DataSet:
            return keep_inside(read_every_name(folder, on_progress=tell), folder)

        def tell(done: int, total: int) -> None:
            bar.progress(done / total, f"Labels: {done:,} of {total:,} pictures")

        try:
            kept["read"] = form, cached(read, root=folder, options="every name", cache=cache_folder())
        finally:
            bar.empty()  # an error takes its place
    return kept["read"]


def _measure(key: str, folder: Path, published: DataSet) -> Measured:
    kept = memory(key)
    if "measured" not in kept:
        bar = st.progress(0.0, "Looking at the pictures")
        kept["measured"] = measure_pictures(
            published.table,
            kept=cache_file(folder, FIGURES),
            on_progress=lambda done, total: bar.progress(done / total, f"Looked at {done:,} of {total:,} pictures"),
        )
        bar.empty()
    return kept["measured"]
