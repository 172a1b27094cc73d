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
        cache: Folder to keep it in.
    """
    key = hashlib.sha256("\n".join([str(root.resolve()), options, *_files(root), *_files(CODE)]).encode()).hexdigest()
    table_path, problems_path = cache / f"table-{key[:16]}.parquet", cache / f"problems-{key[:16]}.json"
    if table_path.exists() and problems_path.exists():
        problems = [Problem(**fields) for fields in json.loads(problems_path.read_text("utf-8"))]
        return DataSet(tidy(pd.read_parquet(table_path)), problems)
    found = read()
    cache.mkdir(parents=True, exist_ok=True)
    problems_path.write_text(json.dumps([asdict(problem) for problem in found.problems]), "utf-8")
    write_parquet(found.table, table_path)
    return found


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
