"""A worker gives rows for whatever it is handed: faces, none, a film's moments, or why not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maskcore.imaging import encode_jpeg
from maskcore.scan.looking import Looker, Wish
from maskcore.scan.rows import COLUMNS, Row
from maskcore.scan.sources import Source, find_sources
from maskcore.settings import Settings
from tests.factories import MODEL, FakeDetector, make_picture
from tests.maskcore.video.made import make_film

fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed; it is in requirements-scan.txt")


def rows(*paths: Path | str, detector: Any = None, settings: Settings | None = None, **wish: Any) -> list[Row]:
    looker = Looker(Wish(**wish), settings or Settings(), detector=detector or FakeDetector())
    return looker.rows([Source(str(path), ()) for path in paths])


def test_each_face_is_a_row_with_every_column(folder: Path) -> None:
    found = rows(folder / "deep/a.jpg")
    assert [list(row) for row in found] == [list(COLUMNS)] * 4
    assert [(row["faces"], row["face"], row["label"], row["uncertain"]) for row in found] == [
        (4, 0, "mask", None),
        (4, 1, "no_mask", None),
        (4, 2, "incorrect", None),
        (4, 3, "mask", "unsure"),
    ]
    assert (found[0]["width"], found[0]["height"], found[0]["x1"], found[0]["y2"]) == (320, 240, 10.0, 130.0)
    assert sum(found[0][f"p_{label}"] for label in ("mask", "no_mask", "incorrect")) == pytest.approx(1)


def test_a_picture_without_a_face_is_one_row(folder: Path) -> None:
    (row,) = rows(folder / "deep/a.jpg", detector=FakeDetector([]))
    assert (row["faces"], row["face"], row["label"], row["error"]) == (0, None, None, None)
    assert row["model_id"] == MODEL.id


def test_a_bad_file_is_a_row_that_says_why_and_stops_nobody(folder: Path) -> None:
    bad, missing, *good = rows(folder / "bad.jpg", folder / "gone.jpg", folder / "deep/a.jpg")
    assert (bad["error"], missing["error"], len(good)) == ("image-decode", "image-decode", 4)
    assert "no such file" in missing["error_detail"]
    assert bad["faces"] is None


def test_what_nobody_foresaw_stops_nobody(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (row,) = rows(folder / "deep/a.jpg", detector=FakeDetector(fail_with=RuntimeError("odd")))
    assert (row["error"], "RuntimeError: odd" in row["error_detail"]) == ("error", True)
    assert "a.jpg" in caplog.text


def test_a_file_above_the_limit_is_not_read_whole(folder: Path) -> None:
    (row,) = rows(folder / "deep/a.jpg", settings=Settings(max_upload_mb=0.001))
    assert row["error"] == "image-too-large"


@pytest.mark.parametrize(("every_s", "times_s"), [(1.0, [0, 1, 2, 3]), (0.5, [0, 0.5, 1, 1.5, 2, 2.5, 3]), (9, [0])])
def test_a_film_is_looked_at_every_so_often(folder: Path, every_s: float, times_s: list[float]) -> None:
    found = rows(folder / "film.mp4", every_s=every_s, detector=FakeDetector([]))
    assert [row["time_s"] for row in found] == pytest.approx(times_s, abs=0.05)


@pytest.mark.parametrize("every_s", [0.1, 0.2, 0.3])
def test_a_film_is_looked_at_no_oftener_than_asked(tmp_path: Path, every_s: float) -> None:
    film = make_film(tmp_path / "film.mp4", times_s=[number / 20 for number in range(100)])
    times_s = [row["time_s"] for row in rows(film, every_s=every_s, detector=FakeDetector([]))]
    assert times_s == pytest.approx([number * every_s for number in range(len(times_s))], abs=0.001)


def test_a_film_cut_short_gives_its_rows_and_says_so(tmp_path: Path) -> None:
    film = make_film(tmp_path / "cut.avi", times_s=[number / 10 for number in range(100)])
    film.write_bytes(film.read_bytes()[:-9000] + b"\0" * 9000)
    found = rows(film, every_s=2, detector=FakeDetector([]))
    assert len(found) > 1 and found[0]["time_s"] == 0


def test_what_is_no_film_is_a_row_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no film")
    (row,) = rows(tmp_path / "a.mp4")
    assert row["error"] == "video-decode"


def test_pictures_and_films_elsewhere_are_read(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/elsewhere/a.jpg", encode_jpeg(make_picture()))
    memory.pipe("/elsewhere/b.mp4", make_film(tmp_path / "b.mp4").read_bytes())
    sources = find_sources(["memory://elsewhere"])
    found = Looker(Wish(), Settings(), detector=FakeDetector([])).rows(sources)
    assert [(row["source"], row["time_s"], row["error"]) for row in found] == [
        ("memory:///elsewhere/a.jpg", None, None),
        ("memory:///elsewhere/b.mp4", 0.0, None),
    ]


@pytest.mark.parametrize("tells_size", [True, False])
def test_no_more_of_a_film_elsewhere_is_copied_than_is_allowed(
    monkeypatch: pytest.MonkeyPatch, tells_size: bool
) -> None:
    memory, film = fsspec.filesystem("memory"), SimpleNamespace(read_bytes=0)

    class Endless:
        size = 10**12 if tells_size else None

        def __enter__(self) -> Endless:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self, size: int) -> bytes:
            film.read_bytes += size
            return b"0" * size

    monkeypatch.setattr(type(memory), "open", lambda *_: Endless())
    (row,) = rows("memory:///elsewhere/long.mp4", settings=Settings(max_video_mb=3))
    assert row["error"] == "image-too-large" and "MASKCORE_MAX_VIDEO_MB" in row["error_detail"]
    assert film.read_bytes == (0 if tells_size else 4_000_000)


def test_a_name_that_is_no_text_is_written_with_escapes(tmp_path: Path) -> None:
    (row,) = rows(tmp_path / "caf\udce9.jpg")
    assert row["source"].endswith(r"caf\xe9.jpg")


def test_a_worker_takes_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Settings] = []
    monkeypatch.setattr("maskcore.scan.looking.MaskDetector", lambda model, settings: given.append(settings))
    Looker(Wish(), Settings(threads=8))
    assert [settings.threads for settings in given] == [1]
