"""Which pictures the command line means, and where their copies go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maskcore.picture_files import CopyNames, find_pictures


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """b.jpg, a.PNG, notes.txt, .hidden.jpg, sub/c.webp, sub/.git/d.jpg, empty/, `x[1].jpg`."""
    for name in ("b.jpg", "a.PNG", "notes.txt", ".hidden.jpg", "sub/c.webp", "sub/.git/d.jpg", "x[1].jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


CASES = {
    "a file": (["b.jpg"], ["b.jpg"]),
    "a file whatever its name": (["notes.txt"], ["notes.txt"]),
    "a file that does not exist": (["nope.jpg"], ["nope.jpg"]),
    "a folder, sorted, hidden ones left out": (["."], ["a.PNG", "b.jpg", "x[1].jpg", "sub/c.webp"]),
    "an empty folder": (["empty"], []),
    "a pattern": (["*.jpg"], ["b.jpg", "x[1].jpg"]),
    "a pattern for all below": (["**/*.webp"], ["sub/c.webp"]),
    "a pattern takes pictures only": (["*"], ["a.PNG", "b.jpg", "x[1].jpg"]),
    "a pattern that matches nothing": (["*.bmp"], []),
    "a file whose name looks like a pattern": (["x[1].jpg"], ["x[1].jpg"]),
    "each picture once, in the order given": (["b.jpg", "./b.jpg", "."], ["b.jpg", "a.PNG", "x[1].jpg", "sub/c.webp"]),
}


@pytest.mark.parametrize(("arguments", "expected"), CASES.values(), ids=CASES.keys())
def test_arguments_stand_for(folder: Path, arguments: list[str], expected: list[str]) -> None:
    assert find_pictures(arguments) == [Path(name) for name in expected]


def test_a_folder_that_may_not_be_looked_into_is_named_and_the_rest_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [str(path) for path in find_pictures(["."])] == ["a.PNG", "b.jpg", "x[1].jpg", "sub"]


def test_the_folder_for_copies_is_not_searched(folder: Path) -> None:
    assert Path("sub/c.webp") not in find_pictures(["."], skip=folder / "sub")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links cannot be made here")
def test_a_link_to_a_folder_above_does_not_go_round_in_circles(folder: Path) -> None:
    (folder / "sub" / "loop").symlink_to(folder, target_is_directory=True)
    assert len(find_pictures(["."])) == 4


def test_inputs_of_the_same_name_get_copies_of_different_names(tmp_path: Path) -> None:
    pictures = [Path("a/door.jpg"), Path("b/door.jpg"), Path("c/DOOR.JPG"), Path("d/door.png")]
    names = CopyNames(tmp_path, pictures)
    given = [names.name(picture).name for picture in pictures]
    assert given == ["door_annotated.jpg", "door_annotated-2.jpg", "DOOR_annotated-3.jpg", "door_annotated.png"]


def test_a_copy_of_a_picture_with_the_longest_name_there_is_can_be_written(tmp_path: Path) -> None:
    pictures = [Path(folder, "口" * 83 + ".jpg") for folder in "ab"]
    names = CopyNames(tmp_path, pictures)
    for picture in pictures:
        names.name(picture).touch()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_copy_never_takes_the_place_of_an_input(tmp_path: Path) -> None:
    pictures = [tmp_path / "door.jpg", tmp_path / "door_annotated.jpg"]
    names = CopyNames(tmp_path, pictures)
    assert not {names.name(picture) for picture in pictures} & set(pictures)
