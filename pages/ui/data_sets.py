"""The data sets of this server, and the one that a visitor looks at."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import IO, Any

import streamlit as st

from maskcore.settings import get_settings
from training.data import set_folders
from training.data.archive import unpack
from training.data.cache import cache_folder, drop_tables
from training.data.notes import Notes, save_notes
from training.data.table import Problem

SERVER, SENT = "server", "sent"
FIGURES, SUSPECTS = ".parquet", "-suspects.parquet"
LONGEST_NAME = 60
_MEMORY = "data_memory"
_KEY = "set"  # in the page's address, and in the visit
_STRANGE = re.compile(r"[^\w.-]+")


def sent_folder() -> Path:
    """Where sets that were sent lie."""
    return get_settings().data_folder / "sets"


def cache_file(folder: Path, ending: str) -> Path:
    """Where something about one set is kept, FIGURES or SUSPECTS."""
    return cache_folder() / f"{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}{ending}"


def list_sets() -> dict[str, Path]:
    """Folders that can be opened, by their name in the page's address; nothing else is ever opened."""
    places = {SERVER: get_settings().data_root, SENT: sent_folder()}
    return {
        f"{kind}/{folder.name}": folder
        for kind, place in places.items()
        if place is not None and place.is_dir()
        for folder in set_folders(place.resolve())
        if not folder.is_symlink()
    }


def chosen_key() -> str | None:
    """Which set the address names, or this visit when the visitor comes back from another page."""
    key = st.query_params.get(_KEY) or st.session_state.get(_KEY)
    if key:
        choose(key)
    return key


def choose(key: str) -> None:
    """Look at a set from now on."""
    st.session_state[_KEY] = st.query_params[_KEY] = key


def memory(key: str) -> dict[str, Any]:
    """What this visit remembers of a set, of one set at a time."""
    kept = st.session_state.get(_MEMORY)
    if kept is None or kept[0] != key:
        st.session_state[_MEMORY] = kept = key, {}
    return kept[1]


def forget() -> None:
    """Remember nothing of any set, so that all is read anew."""
    st.session_state.pop(_MEMORY, None)


def let_go() -> None:
    """Look at no set any more."""
    forget()
    st.session_state.pop(_KEY, None)
    st.query_params.pop(_KEY, None)


def receive(
    file: IO[bytes], name: str, notes: Notes, *, on_progress: Callable[[int, int], None]
) -> tuple[str, list[Problem]]:
    """Unpack a set that was sent, and keep what was said about it.

    Args:
        file: The ZIP file.
        name: Its name, which the set's is made from.
        notes: What was said about it.
        on_progress: Told files done and files to do.
    Returns:
        The set's name in the address, and what was left out.
    Raises:
        DataError: As `unpack`.
    """
    folder = _free_folder(PurePath(name).stem, sent_folder())
    problems = unpack(file, folder, on_progress=on_progress)
    save_notes(folder, notes)
    return f"{SENT}/{folder.name}", problems


def delete(key: str) -> None:
    """Delete a set that was sent; folders of the operator stay."""
    folder = list_sets().get(key)
    if folder is not None and key.startswith(f"{SENT}/"):
        shutil.rmtree(folder)
        for ending in (FIGURES, SUSPECTS):
            cache_file(folder, ending).unlink(missing_ok=True)
        for root in (folder, folder.parent):  # it was read by itself, and for training with those beside it
            drop_tables(root, cache=cache_folder())
    let_go()


def new_set(name: str) -> tuple[str, Path]:
    """Where a set that is made here goes: beside the operator's where this user may write there, else to those sent.

    Args:
        name: What it shall be called.
    Returns:
        Its name in the page's address, and its folder, which does not exist.
    """
    root = get_settings().data_root
    if root is not None and root.is_dir() and os.access(root, os.W_OK):
        folder = _free_folder(name, root)
        return f"{SERVER}/{folder.name}", folder
    folder = _free_folder(name, sent_folder())
    return f"{SENT}/{folder.name}", folder


def _free_folder(name: str, place: Path) -> Path:
    stem = _STRANGE.sub("_", name).strip("._")[:LONGEST_NAME] or "set"
    folder, number = place / stem, 1
    while folder.exists():
        number += 1
        folder = place / f"{stem}-{number}"
    return folder
