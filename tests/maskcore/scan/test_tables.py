"""The table is the same in every format, is put in place whole, and trouble is told before the work."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from maskcore.errors import OptionError, SettingsError
from maskcore.scan import tables
from maskcore.scan.rows import COLUMNS, error_row, result_rows
from tests.factories import make_result
from tests.maskcore.scan.conftest import read_jsonl

ROOT = Path(__file__).parents[3]
ROWS = [*result_rows("a.jpg", make_result(), time_s=1.5), error_row("b.jpg", OptionError("odd, “quoted”\nlines"))]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_every_format_holds_all_rows_and_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    tables.write_table(path, iter(ROWS))
    if suffix == ".parquet":
        read = pd.read_parquet(path).astype(object)
        found = read.where(read.notna(), None).to_dict("records")
        assert found[0]["score"] == pytest.approx(ROWS[0]["score"])
    elif suffix == ".jsonl":
        found = read_jsonl(path)
        assert found == ROWS
    else:
        with path.open(newline="", encoding="utf-8") as file:
            found = list(csv.DictReader(file))
    assert [list(row) for row in found] == [list(COLUMNS)] * len(ROWS)
    assert [row["label"] or None for row in found] == [row["label"] for row in ROWS]
    assert found[-1]["error_detail"] == ROWS[-1]["error_detail"]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_many_rows_are_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_A_GROUP", 2)
    tables.write_table(tmp_path / "a.parquet", ROWS)
    assert len(pd.read_parquet(tmp_path / "a.parquet")) == len(ROWS)


def test_the_columns_are_documented() -> None:
    told = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in told] == []


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.json"])
def test_another_ending_is_refused_before_the_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match=r"\.parquet, \.csv, \.jsonl"):
        tables.check_output(tmp_path / name)


def test_a_folder_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OptionError, match="cannot be written"):
        tables.check_output(tmp_path / "file" / "a.csv")


def test_without_pyarrow_only_parquet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(tables, "find_spec", lambda name: None if name == "pyarrow" else found(name))
    with pytest.raises(SettingsError, match=r"pip install -r requirements-scan.txt, or .* \.csv or \.jsonl"):
        tables.check_output(tmp_path / "a.parquet")
    tables.check_output(tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
