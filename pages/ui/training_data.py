"""The data sets that a run may learn from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from maskcore.settings import get_settings
from training.data import DataSet, load_sources
from training.runs.folder import DataSource

PARTS = {"train": "to learn from", "val": "to check on after each epoch", "test": "kept for the final figures"}


def choose_data() -> tuple[DataSource, pd.DataFrame] | None:
    """Ask which sets to use; None where there are none to choose from, or none is chosen.

    Returns:
        Where the data lies, and its table, see training.data.

    Raises:
        DataError: The sets cannot be used.
    """
    root = get_settings().data_root
    if root is None:
        st.info(
            "There are no data sets yet. The person who runs this app has to set MASKCORE_DATA_ROOT to the folder that "
            "holds them, one folder each, and restart it.",
            icon=":material/info:",
        )
        return None
    everything = _load(root)
    names = sorted(everything.table["source"].unique())
    chosen = st.multiselect("Data sets", names, default=names, key="training_sets", placeholder="Choose at least one")
    if not chosen:
        return None
    table = everything.table[everything.table["source"].isin(chosen)].reset_index(drop=True)
    _tell(table)
    return DataSource(root, None if chosen == names else chosen), table


@st.cache_data(show_spinner="Reads the data sets; the first time this takes minutes …", ttl=600, max_entries=2)
def _load(root: Path) -> DataSet:
    return load_sources(root)


def _tell(table: pd.DataFrame) -> None:
    pictures = table.groupby("split")["image"].nunique()
    words = " · ".join(f"{pictures.get(part, 0):,} {what}" for part, what in PARTS.items())
    faces = table["label"].value_counts()
    st.html(
        f'<p class="mc-note">{table["image"].nunique():,} pictures: {words}. Look-alikes stay on one side. Faces: '
        f"{faces.get('mask', 0):,} with a mask, {faces.get('no_mask', 0):,} without, "
        f"{faces.get('incorrect', 0):,} worn wrong.</p>"
    )
