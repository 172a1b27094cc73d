"""What a scan takes: files, folders and patterns, here or at an address; nothing hidden, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from maskcore.errors import InputError, SettingsError
from maskcore.scan.sources import find_sources

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed; it is in requirements-scan.txt")
EVERYTHING = ["astronaut.jpg", "astronaut_masked.jpg", "bad.jpg", "deep/a.jpg", "deep/b.JPG", "film.mp4"]


def names(*arguments: str, below: str) -> list[str]:
    return [source.url.removeprefix(below) for source in find_sources(arguments)]


def test_of_a_folder_all_pictures_and_films_are_taken_and_nothing_hidden(folder: Path) -> None:
    assert names(str(folder), below=f"{folder}/") == EVERYTHING


def test_an_address_of_this_machine_is_a_path(folder: Path) -> None:
    assert names(f"file://{folder}", below=f"{folder}/") == EVERYTHING


def test_a_pattern_takes_what_matches(folder: Path) -> None:
    assert names(f"{folder}/**/*.jpg", below=f"{folder}/") == EVERYTHING[:4]


def test_what_two_arguments_mean_is_taken_once(folder: Path) -> None:
    assert len(find_sources([str(folder / "bad.jpg"), str(folder)])) == len(EVERYTHING)


def test_a_file_is_taken_whatever_its_name(folder: Path) -> None:
    (folder / "[1].data").write_bytes(b"")
    assert names(str(folder / "[1].data"), below=f"{folder}/") == ["[1].data"]


def test_a_link_to_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "loop").symlink_to(folder)
    assert names(str(folder), below=f"{folder}/") == EVERYTHING


def test_other_storages_are_listed_the_same_way() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe({"/door/2026/a.jpg": b"1", "/door/.trash/b.jpg": b"2", "/door/c.txt": b"3"})
    assert names("memory://door", below="memory://") == ["/door/2026/a.jpg"]


def test_a_changed_file_has_another_stamp(folder: Path) -> None:
    (before,) = find_sources([str(folder / "bad.jpg")])
    (folder / "bad.jpg").write_bytes(b"longer than it was before, by a few letters")
    assert find_sources([str(folder / "bad.jpg")]) != [before]


@pytest.mark.parametrize(
    ("argument", "error", "words"),
    [
        ("nowhere/at/all", InputError, "no such file or folder"),
        ("nowhere.jpg", InputError, "no such file or folder"),
        ("zzz://bucket/a", InputError, "expected a path or an address such as"),
        ("sftp://host/a", SettingsError, "pip install -r requirements-scan.txt"),
    ],
)
def test_what_cannot_be_listed_is_told(argument: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as told:
        find_sources([argument])
    assert argument in str(told.value)
