"""The data sets that a run may learn from."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from time import monotonic

import pandas as pd
import streamlit as st

from maskcore.settings import get_settings
from maskcore.styles import LABEL_STYLES, percent
from pages.ui.data_sets import sent_folder
from training.data import DataSet, load_sources, set_folders
from training.data.table import LABELS
from training.runs.folder import DataSource

RARE = 0.1  # share of the labelled faces below which a label is rare
FEW_FACES = 100  # of one label to learn from
FEW_CHECKS = 30  # pictures; with fewer the figures after each epoch jump
KEEP_S = 600.0  # that a table is believed: the stamp of its sets does not see all that may change
PARTS = {"train": "to learn from", "val": "to check on after each epoch", "test": "kept for the final figures"}


def choose_data() -> tuple[DataSource, pd.DataFrame] | None:
    """Ask which sets to use; None where there are none to choose from, or none is chosen.

    Returns:
        Where the data lies, and its table, see training.data.

    Raises:
        DataError: The sets cannot be used.
    """
    places = _places()
    if not places:
        st.info(
            "There are no data sets yet. Drop one on the page Data, or let the person who runs this app set "
            "MASKCORE_DATA_ROOT to the folder that holds them, one folder each, and restart it.",
            icon=":material/info:",
        )
        return None
    place = next(iter(places))
    if len(places) > 1:
        place = st.segmented_control("From", list(places), default=place, required=True, key="training_place")
    root = places[place]
    everything = _load(root, _stamp(root))
    names = sorted(everything.table["source"].unique())
    chosen = st.multiselect(
        "Data sets", names, default=names, key=f"training_sets_{place}", placeholder="Choose at least one"
    )
    _tell_left_out(root, names)
    if not chosen:
        return None
    table = everything.table[everything.table["source"].isin(chosen)].reset_index(drop=True)
    _tell(table)
    # by name also where all are chosen: another set may come before it is the run's turn
    return DataSource(root, chosen), table


def hints(table: pd.DataFrame) -> list[str]:
    """What a person should know before training on these faces: missing and rare labels, too little to check on.

    Args:
        table: Faces with a split, see training.data.
    """
    learned = table.loc[table["split"] == "train", "label"].value_counts()
    counts = {LABEL_STYLES[label.value].text: int(learned.get(label.value, 0)) for label in LABELS}
    missing = [name for name, count in counts.items() if not count]
    few = [f"{count} {name}" for name, count in counts.items() if 0 < count < FEW_FACES]
    shares = {name: count / learned.sum() for name, count in counts.items() if count}
    rare = [f"{name} {percent(share, digits=1)}" for name, share in shares.items() if share < RARE]
    checks = table.loc[table["split"] == "val", "image"].nunique()
    told = {
        f"No face to learn from: {', '.join(missing)}. What is painted on helps a little; the student's network, which "
        "is shown nothing painted, never says so.": missing,
        f"Few faces to learn from: {', '.join(few)}. Begin with what the product knows.": few,
        f"Rare: {', '.join(rare)} of the faces. Balance labels, under “How much the samples vary”, or let mistakes on "
        "rare labels count more.": rare,
        f"Only {checks} pictures to check on: the figures after each epoch will jump.": checks < FEW_CHECKS,
    }
    return [words for words, holds in told.items() if holds]


def _places() -> dict[str, Path]:
    """Folders that hold data sets, by what they are called; sets of one folder can be learned from together."""
    places = {"This server": get_settings().data_root, "Sent on the page Data": sent_folder()}
    return {words: place for words, place in places.items() if place is not None and place.is_dir() and _stamp(place)}


def _stamp(root: Path) -> tuple[tuple[str, int], ...]:
    """Names of the sets in a folder and when each was changed."""
    return tuple((path.name, path.stat().st_mtime_ns) for path in set_folders(root))


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The sets of a folder as they were read, with their stamp then; `read_s` is of the monotonic clock."""

    found: DataSet
    stamp: tuple[tuple[str, int], ...]
    read_s: float


@st.cache_resource(show_spinner=False)
def _loaded() -> dict[Path, _Loaded]:
    """What was read, by its folder, for all visits. By hand, as `st.cache_data` would draw the bar again each time."""
    return {}


def _load(root: Path, stamp: tuple[tuple[str, int], ...]) -> DataSet:
    """The sets of a folder, read anew once they change, as their stamp tells."""
    last = _loaded().get(root)
    if last and last.stamp == stamp and monotonic() - last.read_s < KEEP_S:
        return last.found
    bar = st.progress(0.0, "Reading the data sets")
    try:
        found = load_sources(
            root,
            on_progress=lambda what, done, total: bar.progress(done / total, f"{what}: {done:,} of {total:,} pictures"),
        )
    finally:
        bar.empty()  # an error takes its place
    _loaded()[root] = _Loaded(found, stamp, monotonic())
    return found


def _tell_left_out(root: Path, offered: list[str]) -> None:
    """Name the folders beside the sets in which there is nothing to learn from."""
    if left := [folder.name for folder in set_folders(root) if folder.name not in offered]:
        st.html(
            f'<p class="mc-note">Nothing to learn from as it is: {escape(", ".join(left))}. Open it on the page Data '
            "to see why.</p>"
        )


def _tell(table: pd.DataFrame) -> None:
    pictures = table.groupby("split")["image"].nunique()
    words = " · ".join(f"{pictures.get(part, 0):,} {what}" for part, what in PARTS.items())
    faces = table["label"].value_counts()
    st.html(
        f'<p class="mc-note">{table["image"].nunique():,} pictures: {words}. Look-alikes stay on one side. Faces: '
        f"{faces.get('mask', 0):,} with a mask, {faces.get('no_mask', 0):,} without, "
        f"{faces.get('incorrect', 0):,} worn wrong.</p>"
    )
    if found := hints(table):
        st.html(
            '<p class="mc-state" data-tone="idle"><i></i><span><strong>Before you train</strong>'
            f"{'<br>'.join(map(escape, found))}</span></p>"
        )
