"""Live video in this page's threads: the browser's camera, and cameras of the network that all visitors share."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from maskcore.serving import Detectors
from maskcore.settings import get_settings
from maskcore.tracking.tracker import AHEAD_S
from maskcore.video.camera import Camera
from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo, Picture
from pages.ui.detector import shared_detectors
from pages.ui.zone_files import load_zones

WAITING_SIZE_WH = (640, 360)
PATIENCE_S = 0.03  # about the time until a camera's next frame
LONGEST_S = 4.0  # twice, and some more: the library gives up a video, for good, whose frame takes 10 seconds


class BrowserVideo(LiveVideo):
    """Frames of the browser's camera; one for each visitor.

    A frame waits for its own faces for PATIENCE_S, or for AHEAD_S where so long nothing was looked at and nothing good
    can be foretold. Where looking takes longer, it is shown with the people where they will be by then, and a later
    frame is looked at: the picture never lags. Where faces are blurred it waits for LONGEST_S, and if it is not looked
    at by then it is shown so that nobody can be known in it.
    """

    def __init__(self, detectors: Detectors) -> None:
        super().__init__(detectors)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")  # it ends with this video
        self._looking: Future[Picture] | None = None
        self._looked_s = -math.inf  # when the newest look began, by a clock that never goes back

    async def look(self, frames: Sequence[av.VideoFrame]) -> list[av.VideoFrame]:
        """Mark the faces of the newest of the frames that have come since the last call; the others are dropped."""
        newest = frames[-1]
        marked = self._show(newest.to_ndarray(format="bgr24"), newest.time, passed_over=len(frames) - 1)
        return [av.VideoFrame.from_ndarray(marked, format="bgr24")]

    def _show(self, image_bgr: Picture, taken_s: float | None, *, passed_over: int) -> Picture:
        blurred = self.choices.blur is not None
        if self._looking is not None and blurred:
            wait([self._looking], LONGEST_S)
        if self._looking is not None and self._looking.done():
            self._looking = None
        if self._looking is None:
            before_s, self._looked_s = self._looked_s, time.monotonic()
            self._looking = self._thread.submit(self.mark, image_bgr, taken_s=taken_s, passed_over=passed_over)
            patience_s = LONGEST_S if blurred else PATIENCE_S if self._looked_s - before_s < AHEAD_S else AHEAD_S
            with suppress(TimeoutError):
                return self._looking.result(patience_s)
        return self._unseen(image_bgr) if blurred else self.foretell(image_bgr, taken_s=taken_s)


@dataclass
class NetworkVideo:
    """A camera of the network and what is seen in it; all visitors who watch it see the same."""

    live: LiveVideo
    shown: NDArray[np.uint8] | None = None
    camera: Camera | None = None

    def look(self, image_bgr: NDArray[np.uint8], taken_s: float, passed_over: int) -> None:
        """Take the newest picture of the camera."""
        self.shown = self.live.mark(image_bgr, taken_s=taken_s, passed_over=passed_over)

    def frame(self, pts: int, time_base: Fraction) -> av.VideoFrame:
        """The newest marked picture, for whoever watches."""
        shown = self.shown
        if shown is None:
            shown = np.full((*WAITING_SIZE_WH[::-1], 3), 40, np.uint8)
        frame = av.VideoFrame.from_ndarray(shown, format="bgr24")
        frame.pts, frame.time_base = pts, time_base
        return frame


@st.cache_resource(show_spinner=False)
def network_video(name: str) -> NetworkVideo:
    """The camera of this name; it runs from the first visitor on until the server ends."""
    video = NetworkVideo(LiveVideo(shared_detectors()))
    zones, lines = load_zones(name)
    video.live.configure(Choices(min_score=get_settings().min_score, zones=zones, lines=lines))
    video.camera = Camera(get_settings().cameras[name].get_secret_value(), video.look)
    return video
