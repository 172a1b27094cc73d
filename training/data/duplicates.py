"""Look-alikes: the same photograph, resized, re-encoded, slightly cut or mirrored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

# of 128 bits. Looked at pair by pair on the four sets: up to 16 nearly all pairs are the same photograph, beyond 24
# nearly none; between, strangers photographed alike begin to mix in, which only makes a split a little coarser
SAME_BITS = 20
MIRRORED_BITS = 16
BLOCK = 1000  # pictures compared at once with all others

Hashes = NDArray[np.uint64]


def hash_pictures(paths: Sequence[str], *, cache: Path) -> tuple[Hashes, Hashes]:
    """Perceptual hashes of pictures as they are and mirrored.

    A hash is pHash and dHash, 64 bits each (Zauner 2010; Krawetz 2013), by ImageHash.

    Args:
        paths: Pictures.
        cache: Folder that hashes are kept in between calls.
    Returns:
        Two (N, 2) uint64.
    """
    stamps = "\n".join(f"{path} {Path(path).stat().st_mtime_ns} {Path(path).stat().st_size}" for path in paths)
    kept = cache / f"hashes-{hashlib.sha256(stamps.encode()).hexdigest()[:16]}.npz"
    if kept.exists():
        with np.load(kept) as saved:
            return saved["plain"], saved["mirrored"]
    with ThreadPoolExecutor() as pool:
        pairs = list(track(pool.map(_hash, paths), total=len(paths), description="Looking for look-alikes"))
    plain, mirrored = (np.array([pair[side] for pair in pairs], np.uint64).reshape(-1, 2) for side in (0, 1))
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(kept, plain=plain, mirrored=mirrored)
    return plain, mirrored


def _hash(path: str) -> tuple[list[int], list[int]]:
    import imagehash

    with Image.open(path) as picture:
        grey = picture.convert("L")

    def bits(image: Image.Image) -> list[int]:
        return [int(str(function(image)), 16) for function in (imagehash.phash, imagehash.dhash)]

    return bits(grey), bits(grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT))


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


def _distance(a: Hashes, b: Hashes) -> NDArray[np.uint16]:
    """Bits that differ: (N, M) from (N, 2) and (M, 2)."""
    return np.bitwise_count(a[:, None] ^ b[None]).sum(axis=2, dtype=np.uint16)
