"""Look-alikes: the same photograph, resized, re-encoded, slightly cut or mirrored."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import Progress
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from training.data.cache import stamp, write_parquet
from training.data.files import upright
from training.data.progress import AT_ONCE, Told

# of 128 bits. Looked at pair by pair on the four sets: up to 16 nearly all pairs are the same photograph, beyond 24
# nearly none; between, strangers photographed alike begin to mix in, which only makes a split a little coarser
# Known to slip through: some fifteen pairs, mostly of aizoo, that are cut differently or share one face in a collage
SAME_BITS = 20
MIRRORED_BITS = 16
UNCUT_BITS = 10
SAME_SHAPE = 0.02  # by which width over height may differ
UNLIKE = 128
BLOCK = 1000  # pictures compared at once with all others

BITS = ("phash", "dhash", "phash_mirrored", "dhash_mirrored")

Hashes = NDArray[np.uint64]


def hash_pictures(
    paths: Sequence[str], *, cache: Path, on_progress: Told | None = None
) -> tuple[Hashes, Hashes, NDArray[np.bool_]]:
    """Perceptual hashes of pictures as they are and mirrored.

    A hash is pHash and dHash, 64 bits each (Zauner 2010; Krawetz 2013), by ImageHash.

    Args:
        paths: Pictures.
        cache: Folder that hashes are kept in between calls, each as long as its picture is not written to; also when
            it is broken off.
        on_progress: Told pictures done and pictures to do; None draws a bar on the terminal.
    Returns:
        Two (N, 2) uint64, and (N,) bool: False where the picture is damaged and its hashes mean nothing.
    """
    kept = cache / "hashes.parquet"
    known = pd.read_parquet(kept) if kept.exists() else pd.DataFrame(columns=["stamp", *BITS, "good"])
    stamps = pd.Series([stamp(Path(path)) for path in paths], index=pd.Index(paths, dtype=object), dtype=object)
    fresh = known["stamp"].reindex(stamps.index).to_numpy() == stamps.to_numpy()
    todo = stamps.index[~fresh]
    if len(todo):
        known = _hash_new(todo, stamps, known, kept, on_progress)
    here = known.reindex(stamps.index)
    bits = here[list(BITS)].to_numpy(np.uint64).reshape(-1, 4)
    return bits[:, :2], bits[:, 2:], here["good"].to_numpy(bool)


def forget_hashes(paths: Sequence[str], *, cache: Path) -> None:
    """Keep no hash of pictures that were deleted; see `hash_pictures`."""
    kept = cache / "hashes.parquet"
    if kept.exists():
        write_parquet(pd.read_parquet(kept).drop(index=list(paths), errors="ignore"), kept)


def _hash_new(
    todo: pd.Index, stamps: pd.Series, known: pd.DataFrame, kept: Path, on_progress: Told | None
) -> pd.DataFrame:
    """What is known with the hashes of more pictures, which are kept."""
    found: list[tuple[int | bool, ...]] = []
    with Progress(console=Console(stderr=True), disable=on_progress is not None) as bar, ThreadPoolExecutor() as pool:
        task = bar.add_task("Looking for look-alikes", total=len(todo))
        try:
            for start in range(0, len(todo), AT_ONCE):
                found += pool.map(_hash, todo[start : start + AT_ONCE])
                bar.update(task, completed=len(found))
                if on_progress is not None:
                    on_progress(len(found), len(todo))
        finally:
            if found:
                done = todo[: len(found)]
                new = pd.DataFrame(found, index=done, columns=[*BITS, "good"]).astype(dict.fromkeys(BITS, np.uint64))
                new.insert(0, "stamp", stamps[done])
                known = pd.concat([known.drop(index=done, errors="ignore"), new]) if len(known) else new
                write_parquet(known, kept)
    return known


def _hash(path: str) -> tuple[int | bool, ...]:
    """The hashes of BITS, and whether the picture could be read."""
    import imagehash

    try:
        with Image.open(path) as picture:
            grey = upright(picture).convert("L")
    except (OSError, SyntaxError, Image.DecompressionBombError):
        return 0, 0, 0, 0, False
    mirrored = grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    ways = [(imagehash.phash, grey), (imagehash.dhash, grey), (imagehash.phash, mirrored), (imagehash.dhash, mirrored)]
    return *(int(str(function(image)), 16) for function, image in ways), True


def group_alike(plain: Hashes, mirrored: Hashes) -> NDArray[np.intp]:
    """The group of each picture: pictures that look alike, directly or through others, share one.

    Args:
        plain: (N, 2) uint64 hashes.
        mirrored: (N, 2) uint64 hashes of the same pictures mirrored.
    Returns:
        (N,) numbers of groups.
    """
    rows, columns = [], []
    for start in range(0, len(plain), BLOCK):
        block = plain[start : start + BLOCK]
        alike = (_distance(block, plain) <= SAME_BITS) | (_distance(block, mirrored) <= MIRRORED_BITS)
        row, column = np.nonzero(alike)
        rows.append(row + start)
        columns.append(column)
    if not rows:
        return np.zeros(0, np.intp)
    row, column = np.concatenate(rows), np.concatenate(columns)
    graph = coo_matrix((np.ones(len(row), bool), (row, column)), shape=(len(plain), len(plain)))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def same_photographs(table: pd.DataFrame, *, cache: Path) -> pd.DataFrame:
    """Photographs that two sets share uncut, so that boxes of one can be laid over those of the other.

    Args:
        table: Faces, see training.data.table.
        cache: See hash_pictures.
    Returns:
        One row a pair: source_a, image_a, source_b, image_b, each photograph once.
    """
    pictures = table[["source", "image", "width", "height"]].drop_duplicates("image").sort_values("source")
    pictures = pictures.reset_index(drop=True)
    plain, _, good = hash_pictures(pictures["image"].tolist(), cache=cache)
    shape = pictures["width"].to_numpy() / pictures["height"].to_numpy()
    source = pictures["source"].to_numpy(str)
    near = _distance(plain, plain)
    near[~good | ~good[:, None]] = UNLIKE
    near[source[:, None] >= source] = UNLIKE
    near[np.abs(shape[:, None] / shape - 1) > SAME_SHAPE] = UNLIKE
    rows, columns = np.nonzero(near <= UNCUT_BITS)
    pairs = pd.DataFrame({"row": rows, "column": columns, "bits": near[rows, columns]}).sort_values("bits")
    pairs = pairs.drop_duplicates("row").drop_duplicates("column")
    sides = [
        pictures.loc[pairs[number], ["source", "image"]].reset_index(drop=True).add_suffix(suffix)
        for number, suffix in (("row", "_a"), ("column", "_b"))
    ]
    return pd.concat(sides, axis=1)


def _distance(a: Hashes, b: Hashes) -> NDArray[np.uint16]:
    """Bits that differ: (N, M) from (N, 2) and (M, 2)."""
    return np.bitwise_count(a[:, None] ^ b[None]).sum(axis=2, dtype=np.uint16)
