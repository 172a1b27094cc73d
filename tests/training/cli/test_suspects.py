"""`python -m training suspects` shows or writes which labels are probably wrong, and tells trouble in a sentence."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pandas as pd
import pytest

import maskcore
from maskcore.types import Label
from tests.factories import FakeDetector
from tests.training.data.drawn import draw_portrait, save
from training.cli import data, main
from training.data.notes import Edit, add_edits

COLUMNS = ["image", "x1", "y1", "x2", "y2", "label", "suggested", "confidence", "sure"]
WRONG = "no_mask/20.png"  # a masked face


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve masked and twelve bare faces in class folders, and one masked face among the bare ones."""
    monkeypatch.chdir(tmp_path)  # the cache lies where the command is run
    monkeypatch.setattr(maskcore, "MaskDetector", lambda: FakeDetector([]))
    made = tmp_path / "drawn"
    for number in range(12):
        save(draw_portrait(number, masked=True), made / f"mask/{number}.png")
        save(draw_portrait(30 + number, masked=False), made / f"no_mask/{30 + number}.png")
    save(draw_portrait(20, masked=True), made / WRONG)
    return made


def suspects(monkeypatch: pytest.MonkeyPatch, folder: Path, *more: object) -> None:
    """Run the command as a person does."""
    monkeypatch.setattr(sys, "argv", ["training", "suspects", str(folder), *map(str, more)])
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise


def test_the_file_holds_all_of_them_with_names_below_the_set(folder, tmp_path, monkeypatch, capsys):
    csv = tmp_path / "wrong.csv"
    suspects(monkeypatch, folder, "--csv", csv)
    listed = pd.read_csv(csv)
    assert list(listed.columns) == COLUMNS
    first = listed.iloc[0]
    assert (first["image"], first["label"], first["suggested"], bool(first["sure"])) == (WRONG, "no_mask", "mask", True)
    out, err = capsys.readouterr()
    assert out == f"{csv}\n", "programs read where the file is, and nothing else"
    assert f"25 faces judged, {len(listed)} suspects" in err


def test_without_a_file_the_surest_are_shown(folder, monkeypatch, capsys):
    monkeypatch.setattr(data, "MOST_SHOWN", 1)
    save(draw_portrait(21, masked=True), folder / "no_mask/21.png")
    suspects(monkeypatch, folder)
    out, err = capsys.readouterr()
    assert out.count("no_mask/2") == out.count(".png") == 1
    assert "26 faces judged" in err and " 1 suspects" not in err


def test_a_face_that_somebody_looked_at_is_not_listed(folder, tmp_path, monkeypatch, capsys):
    csv = tmp_path / "wrong.csv"
    add_edits(folder, Edit(WRONG, (0.0, 0.0, 160.0, 160.0), Label.NO_MASK))
    suspects(monkeypatch, folder, "--csv", csv)
    assert WRONG not in pd.read_csv(csv)["image"].tolist()


def test_a_label_of_few_photographs_is_named(folder, monkeypatch, capsys):
    save(draw_portrait(50, masked=False), folder / "incorrect/50.png")
    suspects(monkeypatch, folder)
    assert "Faces of incorrect were not judged" in capsys.readouterr().err


def nothing(folder: Path) -> list[object]:
    return [folder / "none"]


def one_label(folder: Path) -> list[object]:
    save(draw_portrait(1, masked=True), folder / "single/mask/1.png")
    return [folder / "single"]


def file_nowhere(folder: Path) -> list[object]:
    return [folder, "--csv", folder / "none" / "wrong.csv"]


def file_is_a_folder(folder: Path) -> list[object]:
    return [folder, "--csv", folder]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (nothing, "Expected a folder with a data set"),
        (one_label, "Expected faces of at least two labels"),
        (file_nowhere, "Expected a file in a folder that is there"),
        (file_is_a_folder, "Expected a file in a folder that is there"),
    ],
)
def test_trouble_is_a_sentence_and_a_status(folder, monkeypatch, capsys, given, told):
    with pytest.raises(SystemExit) as end:
        suspects(monkeypatch, *given(folder))
    out, err = capsys.readouterr()
    assert end.value.code == 1 and out == ""
    assert told in " ".join(err.split()) and "Traceback" not in err


def test_a_file_that_cannot_be_written_is_told(folder, tmp_path, monkeypatch, capsys):
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(data, "write_atomically", full)
    with pytest.raises(SystemExit):
        suspects(monkeypatch, folder, "--csv", tmp_path / "wrong.csv")
    assert "cannot be written: No space left on device" in " ".join(capsys.readouterr().err.split())
