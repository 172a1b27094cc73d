"""A part is whole or not there, and its name tells whether it is still the right one."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from maskcore.errors import SettingsError
from maskcore.scan.looking import Wish
from maskcore.scan.parts import PICTURES_A_PART, PartFolder, divide
from maskcore.scan.sources import Source
from maskcore.settings import Settings
from maskcore.types import ModelInfo
from tests.factories import MODEL

PICTURES = [Source(f"/p/{number:03}.jpg", ("1", "2", "None")) for number in range(100)]
FILMS = [Source("/p/a.mp4", ()), Source("/p/b.mp4", ())]


def test_every_file_is_in_one_part_in_order_and_a_film_is_alone() -> None:
    parts = divide([*PICTURES[:40], *FILMS, *PICTURES[40:]], Wish(), MODEL, Settings())
    assert [source for part in parts for source in part.sources] == [*PICTURES[:40], *FILMS, *PICTURES[40:]]
    assert [len(part.sources) for part in parts] == [PICTURES_A_PART, 8, 1, 1, PICTURES_A_PART, 28]
    assert sorted(part.name for part in parts) == [part.name for part in parts]


def test_the_same_scan_gives_the_same_names() -> None:
    assert divide(PICTURES, Wish(), MODEL, Settings()) == divide(PICTURES, Wish(), MODEL, Settings())


@pytest.mark.parametrize(
    ("wish", "model", "settings", "stamp"),
    [
        (Wish(min_score=0.3), MODEL, Settings(), PICTURES[0].stamp),
        (Wish(), replace(MODEL, version="other"), Settings(), PICTURES[0].stamp),
        (Wish(), MODEL, Settings(min_score=0.3), PICTURES[0].stamp),
        (Wish(), MODEL, Settings(max_upload_mb=99), PICTURES[0].stamp),
        (Wish(), MODEL, Settings(), ("2", "2", "None")),
    ],
    ids=["another option", "another model", "another usual option", "another limit", "a changed file"],
)
def test_what_changed_is_another_part(wish: Wish, model: ModelInfo, settings: Settings, stamp: tuple[str, ...]) -> None:
    before, changed = PICTURES[0], replace(PICTURES[0], stamp=stamp)
    assert divide([before], Wish(), MODEL, Settings())[0].name != divide([changed], wish, model, settings)[0].name


def test_a_part_is_kept_and_read(tmp_path: Path) -> None:
    folder, (part,) = PartFolder(tmp_path / "x.parts"), divide(PICTURES[:1], Wish(), MODEL, Settings())
    assert not folder.has(part)
    folder.write(part, [{"source": "ä"}, {"source": "b"}])
    assert folder.has(part) and list(folder.read(part)) == [{"source": "ä"}, {"source": "b"}]
    folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_no_half_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, *_: object, **__: object) -> None:
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    folder, (part,) = PartFolder(tmp_path / "x.parts"), divide(PICTURES[:1], Wish(), MODEL, Settings())
    with pytest.raises(SettingsError, match="No space left.*the same command again"):
        folder.write(part, [{}])
    assert not folder.has(part)
