"""What is kept on disk between calls, and thrown away when what it came from changes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from maskcore.files import write_atomically
from maskcore.settings import get_settings
from training.data.table import DataSet, Problem, tidy

CODE = Path(__file__).parent


def cache_folder() -> Path:
    """Where hashes, tables and figures of sets are kept; the checkout may be read-only."""
    return get_settings().data_folder / "set-figures"


def stamp(path: Path) -> str:
    """Changes when a file is written to; empty of one that is gone, or out of reach."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size}"


def cached(read: Callable[[], DataSet], *, root: Path, options: str, cache: Path) -> DataSet:
    """What `read` gives, from disk where no file below the root and no reader has changed since.

    Args:
        read: Reads the data set.
        root: Folder that it reads.
        options: What else the result depends on.
        cache: Folder to keep it in; what it held of the same root and options before goes.
    """
    key = hashlib.sha256("\n".join([*_files(root), *_files(CODE)]).encode()).hexdigest()[:16]
    name = f"{_place(root)}-{options.replace(' ', '-')}"
    table_path, problems_path = cache / f"table-{name}-{key}.parquet", cache / f"problems-{name}-{key}.json"
    try:
        problems = [Problem(**fields) for fields in json.loads(problems_path.read_text("utf-8"))]
        return DataSet(tidy(pd.read_parquet(table_path)), problems)
    except FileNotFoundError:  # not kept, or just now replaced by a reader beside us
        found = read()
    _remove(cache, f"*-{name}-*")
    cache.mkdir(parents=True, exist_ok=True)
    write_atomically(problems_path, json.dumps([asdict(problem) for problem in found.problems]).encode())
    write_parquet(found.table, table_path)
    return found


def drop_tables(root: Path, *, cache: Path) -> None:
    """Remove what is kept of a folder that was read."""
    _remove(cache, f"*-{_place(root)}-*")


def _place(root: Path) -> str:
    return hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]


def _remove(cache: Path, names: str) -> None:
    for path in cache.glob(names):
        path.unlink(missing_ok=True)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table so that a reader at the same time sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, table.to_parquet())


def _files(folder: Path) -> list[str]:
    """Path and stamp of every file below a folder, hidden ones and Python's leftovers aside."""
    lines = []
    for parent, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith((".", "__pycache__"))]
        lines += [f"{path} {stamp(path)}" for path in (Path(parent, name) for name in files)]
    return sorted(lines)
