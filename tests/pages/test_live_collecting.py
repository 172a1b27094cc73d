"""Live gives uncertain faces to the review queue only where that is switched on, and gives nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import streamlit_webrtc

from maskcore.imaging import decode_image
from maskcore.privacy import Blur
from maskcore.types import Face, Label, Uncertain
from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo
from pages.ui import camera_check
from pages.ui.notices import Camera
from tests.factories import FakeDetector, make_face, make_picture
from tests.pages.conftest import RunPage
from tests.pages.test_live import FakeStreamer
from training.data.review.collect import A_MINUTE
from training.data.review.items import ReviewItem
from training.data.review.queue import ReviewQueue

SIZE_WH = (640, 480)
FRAMES = 12  # until everybody is known for long enough


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_webrtc, "webrtc_streamer", FakeStreamer())
    monkeypatch.setattr(camera_check, "check_camera", lambda: Camera.READY)


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKCORE_COLLECT_UNCERTAIN", "1")


def unsure(column: int, probability: float = 0.5) -> Face:
    """Somebody of whom the model can't tell, one beside the other."""
    rest = (1 - probability) / 2
    return make_face(
        box=(20.0 + 100 * column, 100.0, 70.0 + 100 * column, 160.0),
        probabilities={Label.MASK: probability, Label.NO_MASK: rest, Label.INCORRECT: rest},
        uncertain=Uncertain.UNSURE,
    )


def open_live(run_page: RunPage) -> LiveVideo:
    """The video of a visitor who has opened the page."""
    page = run_page("live.py")
    assert not page.exception
    return page.session_state["watched_Live video"].live


def play(video: LiveVideo, frames: int = FRAMES) -> None:
    for number in range(frames):
        video.mark(np.roll(make_picture(SIZE_WH), number, axis=1), taken_s=number / 10)


def items(kept: Path) -> list[ReviewItem]:
    return ReviewQueue(kept / "review", max_mb=10, keep_days=90).items()


def files(kept: Path) -> list[Path]:
    return [path for path in kept.rglob("*") if path.is_file()]


def test_nothing_is_stored_where_it_is_not_switched_on(run_page: RunPage, detector: FakeDetector, kept: Path) -> None:
    detector.faces = (unsure(0),)
    play(open_live(run_page))

    assert files(kept) == []


@pytest.mark.usefixtures("switched_on")
def test_a_face_is_stored_once_however_long_it_is_seen_and_nothing_but_the_face(
    run_page: RunPage, detector: FakeDetector, kept: Path
) -> None:
    detector.faces = (unsure(0), make_face(box=(400.0, 300.0, 460.0, 380.0)))
    play(open_live(run_page), 40)

    (item,) = items(kept)
    assert {path.name for path in files(kept)} == {f"{item.id}.jpg", f"{item.id}.json"}
    picture = decode_image((kept / "review" / f"{item.id}.jpg").read_bytes(), max_mb=1, max_megapixels=1)
    assert max(picture.shape) < SIZE_WH[1] / 2, "the face and a little around it, not the frame"
    assert [face.uncertain for face in item.faces] == [Uncertain.UNSURE] and not item.by_visitor


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("uncertain", [None, Uncertain.EARLY])
def test_whom_the_model_can_tell_or_does_not_know_yet_is_not_stored(
    run_page: RunPage, detector: FakeDetector, kept: Path, uncertain: Uncertain | None
) -> None:
    detector.faces = (make_face(box=(20.0, 100.0, 70.0, 160.0), uncertain=uncertain),)
    play(open_live(run_page), FRAMES if uncertain is None else 1)

    assert files(kept) == []


@pytest.mark.usefixtures("switched_on")
def test_of_many_the_least_certain_are_stored(run_page: RunPage, detector: FakeDetector, kept: Path) -> None:
    chances = [0.78, 0.4, 0.7, 0.5, 0.45, 0.6]
    detector.faces = tuple(unsure(column, chance) for column, chance in enumerate(chances))
    play(open_live(run_page))

    found = sorted(item.certainty for item in items(kept))
    assert found == pytest.approx(sorted(chances)[:A_MINUTE], abs=0.02)


@pytest.mark.usefixtures("switched_on")
def test_where_faces_are_blurred_nothing_is_stored(run_page: RunPage, detector: FakeDetector, kept: Path) -> None:
    detector.faces = (unsure(0),)
    video = open_live(run_page)
    video.configure(Choices(blur=Blur.ALL))
    play(video)

    assert files(kept) == []


@pytest.mark.usefixtures("switched_on")
def test_what_a_visitor_refuses_is_not_stored(run_page: RunPage, detector: FakeDetector, kept: Path) -> None:
    detector.faces = (unsure(0),)
    page = run_page("live.py")
    page.toggle("live_collect").set_value(False).run()
    play(page.session_state["watched_Live video"].live)

    assert files(kept) == []
