"""Live video looks at the newest frame only, and follows the visitor's choices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import av
import numpy as np
import pytest

from maskcore.errors import ModelMissingError
from pages.ui.live_video import LiveVideo
from tests.factories import FakeDetector, make_face, make_picture


def make_frame(size: tuple[int, int] = (320, 240)) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(make_picture(size), format="bgr24")


def look(video: LiveVideo, frames: Sequence[av.VideoFrame]) -> np.ndarray:
    """The one picture that comes back."""
    (marked,) = asyncio.run(video.look(frames))
    return marked.to_ndarray(format="bgr24")


@pytest.fixture
def fake() -> FakeDetector:
    return FakeDetector([make_face(box=(10.0, 60.0, 60.0, 120.0))])


@pytest.fixture
def video(fake: FakeDetector) -> LiveVideo:
    return LiveVideo(fake)


def test_the_newest_frame_is_marked_and_the_others_count_as_dropped(video: LiveVideo, fake: FakeDetector) -> None:
    marked_bgr = look(video, [make_frame((64, 48)), make_frame((64, 48)), make_frame((320, 240))])

    assert [call["size"] for call in fake.calls] == [(320, 240)]
    assert (marked_bgr != make_picture()).any()
    assert video.stats().dropped == 2


def test_a_frame_of_another_size_in_mid_stream_is_no_trouble(video: LiveVideo) -> None:
    look(video, [make_frame((640, 480))])
    look(video, [make_frame((480, 360))])

    assert video.stats().size == (480, 360)


def test_the_next_frame_follows_the_slider(video: LiveVideo, fake: FakeDetector) -> None:
    video.configure(min_score=0.5, mirrored=False)
    look(video, [make_frame()])
    video.configure(min_score=0.99, mirrored=False)
    look(video, [make_frame()])

    assert [call["min_score"] for call in fake.calls] == [0.5, 0.99]
    assert video.stats().summary.faces == 0


def test_mirrored_video_shows_the_face_on_the_other_side(video: LiveVideo) -> None:
    video.configure(min_score=0.5, mirrored=True)

    marked_bgr = look(video, [make_frame()])

    changed = (marked_bgr != make_picture()[:, ::-1]).any(axis=(0, 2))
    assert changed[320 - 60 : 320 - 10].any()
    assert not changed[:100].any()


def test_counts_and_figures_come_with_the_first_frame(video: LiveVideo) -> None:
    assert video.stats().summary is None
    assert video.stats().age_s is None

    for _ in range(3):
        look(video, [make_frame()])

    stats = video.stats()
    assert stats.summary.mask == 1
    assert stats.frames_per_s > 0
    assert stats.latency_ms > 0
    assert 0 <= stats.age_s < 5


def test_a_new_start_forgets_the_last(video: LiveVideo) -> None:
    look(video, [make_frame(), make_frame()])

    video.reset()

    assert video.stats().summary is None
    assert video.stats().dropped == 0


def test_trouble_with_the_model_shows_the_bare_picture_and_is_told(video: LiveVideo, fake: FakeDetector) -> None:
    fake.fail_with = ModelMissingError("gone")
    assert (look(video, [make_frame()]) == make_picture()).all()
    assert isinstance(video.stats().trouble, ModelMissingError)

    fake.fail_with = None
    look(video, [make_frame()])
    assert video.stats().trouble is None
