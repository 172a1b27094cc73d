"""Writes the table of a scan as Parquet, CSV or JSON Lines, by the ending of its name."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from maskcore.errors import OptionError, SettingsError
from maskcore.scan.rows import COLUMNS, Row

ROWS_A_GROUP = 50_000


def check_output(path: Path) -> None:
    """Find out before hours of work whether the table can be written.

    Raises:
        OptionError: Another ending than .parquet, .csv or .jsonl, a folder, or one that cannot be written.
        SettingsError: pyarrow is missing.
    """
    if path.suffix.lower() not in _WRITERS:
        raise OptionError(f"--output {path}: expected a name that ends in {', '.join(_WRITERS)}.")
    if path.suffix.lower() == ".parquet":
        _expect_pyarrow()
    if path.is_dir():
        raise OptionError(f"--output {path}: expected a file, got a folder. Choose another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _new(path).touch()
        _new(path).unlink()
    except OSError as error:
        raise OptionError(f"--output {path} cannot be written: {error.strerror}. Choose another folder.") from error


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write all rows and put the table in place, whole; one that was there before goes.

    Raises:
        OptionError: It cannot be written, or the disk is full.
    """
    try:
        _WRITERS[path.suffix.lower()](_new(path), rows)
        _new(path).replace(path)
    except OSError as error:
        raise OptionError(
            f"{path} cannot be written: {error.strerror}. See that the disk has room, then run the same command again."
        ) from error


def _write_parquet(path: Path, rows: Iterable[Row]) -> None:
    import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-not-found,import-untyped,unused-ignore]

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(rows):
            writer.write_table(pa.Table.from_pylist(group, schema))


def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def _write_jsonl(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


_WRITERS: dict[str, Callable[[Path, Iterable[Row]], None]] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
}


def _expect_pyarrow() -> None:
    if find_spec("pyarrow") is None:
        raise SettingsError(
            "Expected pyarrow for a .parquet file, and it is not installed. Install it with: pip install -r "
            "requirements-scan.txt, or choose a name that ends in .csv or .jsonl."
        )


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while group := list(islice(iterator, ROWS_A_GROUP)):
        yield group


def _new(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")
