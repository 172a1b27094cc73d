"""Frames of the browser's camera and of cameras that all visitors share."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import av
import numpy as np

from maskcore.video.live import LiveVideo
from pages.ui.live_video import WAITING_SIZE_WH, BrowserVideo, NetworkVideo
from tests.factories import FakeDetector, make_face, make_picture

FACES = [make_face(box=(10.0, 60.0, 60.0, 120.0))]


def make_frame(size: tuple[int, int] = (320, 240)) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(make_picture(size), format="bgr24")


def test_of_waiting_frames_the_newest_comes_back_marked_and_the_others_are_dropped() -> None:
    fake = FakeDetector(FACES)
    video = BrowserVideo(lambda: fake)

    (marked,) = asyncio.run(video.look([make_frame((64, 48)), make_frame((64, 48)), make_frame((320, 240))]))

    assert [call["size"] for call in fake.calls] == [(320, 240)]
    assert (marked.to_ndarray(format="bgr24") != make_picture()).any()
    assert video.stats().dropped == 2


def test_whoever_watches_a_network_camera_gets_its_newest_marked_picture() -> None:
    video = NetworkVideo(LiveVideo(lambda: FakeDetector(FACES)))
    waiting = video.frame(0, Fraction(1, 90000))
    assert (waiting.width, waiting.height) == WAITING_SIZE_WH

    video.look(make_picture(), 0.0, 0)
    frame = video.frame(3000, Fraction(1, 90000))

    assert frame.pts == 3000
    assert np.abs(frame.to_ndarray(format="bgr24").astype(int) - video.shown).mean() < 1
