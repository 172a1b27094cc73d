"""Which photographs are for training, validation and test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from training.data.table import tidy

SHARES: Mapping[str, float] = {"test": 0.15, "val": 0.05, "train": 0.80}


def assign_splits(
    table: pd.DataFrame, groups: Mapping[str, int], *, seed: int = 0, shares: Mapping[str, float] = SHARES
) -> pd.DataFrame:
    """Give every photograph a split; photographs of one group go together.

    A group's place is drawn from a hash of its first picture's set and name: it does not depend on the order of the
    rows or on the folder, and the shares hold in every set. It does depend on which sets there are, as far as they
    share look-alikes: split all sets that will ever be used together, then pick from the result.

    Args:
        table: Faces, see training.data.table.
        groups: Group of each picture's path, over all sets.
        seed: Another seed gives another split.
        shares: Share of each part, summing to 1.
    Returns:
        The table with column split filled in.
    """
    pictures = table[["source", "image"]].drop_duplicates()
    names = pictures["source"] + "/" + pictures["image"].map(lambda path: Path(path).name)
    group = pictures["image"].map(groups)
    first = names.groupby(group).min()
    place = first.map(lambda name: _draw(name, seed))
    bounds = np.cumsum(list(shares.values()))
    part = place.map(lambda value: list(shares)[min(int(np.searchsorted(bounds, value, "right")), len(shares) - 1)])
    by_picture = dict(zip(pictures["image"], group.map(part), strict=True))
    return tidy(table.assign(split=table["image"].map(by_picture)))


def _draw(name: str, seed: int) -> float:
    """A number from 0 to 1 that belongs to a name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8]) / 2**64
