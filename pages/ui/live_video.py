"""Live video in this page's threads: the browser's camera, and cameras of the network that all visitors share."""

from __future__ import annotations

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
import streamlit as st

from maskcore.privacy import Blur
from maskcore.serving import Detectors
from maskcore.settings import get_settings
from maskcore.tracking.tracker import AHEAD_S
from maskcore.video.camera import Camera
from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo, Picture
from maskcore.video.newest import Newest
from maskcore.video.stream import Stream
from pages.ui.detector import shared_detectors
from pages.ui.zone_files import load_zones

WAITING_SIZE_WH = (640, 360)
PATIENCE_S = 0.03  # about the time until a camera's next frame
LONGEST_S = 4.0  # a picture that stands still for longer is no video


@dataclass(frozen=True, slots=True)
class _Shown:
    """A marked picture, and for whom it was marked."""

    image_bgr: Picture
    stream: Stream
    blur: Blur | None


class BrowserVideo(LiveVideo):
    """Frames of the browser's camera; one for each visitor.

    A frame waits for its own faces for PATIENCE_S, or for AHEAD_S where so long nothing was looked at and nothing good
    can be foretold. Where looking takes longer, it is shown with the people where they will be by then, and a later
    frame is looked at: the picture never lags. Where faces are blurred it waits for LONGEST_S, and if it is not looked
    at by then it is shown so that nobody can be known in it.

    Attributes:
        covered: Whether the newest frame is shown so that nobody can be known, as a look takes too long.
    """

    def __init__(self, detectors: Detectors) -> None:
        super().__init__(detectors)
        self.covered = False
        self._frames: Newest[tuple[av.VideoFrame, Stream]] = Newest()
        self._shows = ThreadPoolExecutor(1, thread_name_prefix="shows")  # both end with this video
        self._looks = ThreadPoolExecutor(1, thread_name_prefix="looks")
        self._looking: Future[Picture] | None = None
        self._looked_s = -math.inf  # when the newest look began, by a clock that never goes back
        self._shown: _Shown | None = None

    def take(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Take a frame of the camera and give the newest that is marked, at once: all visitors share the thread.

        An empty one comes back until one is marked, and until one is marked with the right faces blurred.
        """
        shown, stream = self._shown, self._stream
        self._frames.put((frame, stream))
        self._shows.submit(self._show_newest).add_done_callback(Future.result)  # a fault is written to the log
        if shown is None or shown.stream is not stream or shown.blur is not self.choices.blur:
            return _empty_frame(frame.width, frame.height)
        return av.VideoFrame.from_numpy_buffer(shown.image_bgr, format="bgr24")

    def show(self, image_bgr: Picture, *, taken_s: float | None, passed_over: int) -> Picture:
        """The picture as it is to be shown, with its faces marked or those that are foretold; arguments as of mark."""
        blurred = self.choices.blur is not None
        if self._looking is not None and blurred:
            wait([self._looking], LONGEST_S)
        if self._looking is not None and self._looking.done():
            self._looking = None
        if self._looking is None:
            before_s, self._looked_s = self._looked_s, time.monotonic()
            self._looking = self._looks.submit(self.mark, image_bgr, taken_s=taken_s, passed_over=passed_over)
            patience_s = LONGEST_S if blurred else PATIENCE_S if self._looked_s - before_s < AHEAD_S else AHEAD_S
            with suppress(TimeoutError):
                marked = self._looking.result(patience_s)
                self.covered = False
                return marked
        self.covered = blurred
        return self._unseen(image_bgr) if blurred else self.foretell(image_bgr, taken_s=taken_s)

    def _show_newest(self) -> None:
        """Show the newest frame, unless an earlier call has shown it; the others are dropped."""
        taken = self._frames.take(timeout_s=0)
        if taken is None:
            return
        (frame, stream), passed_over = taken
        if stream is not self._stream:
            return  # it came before that stream was over
        blur = self.choices.blur
        image_bgr = self.show(frame.to_ndarray(format="bgr24"), taken_s=frame.time, passed_over=passed_over)
        self._shown = _Shown(image_bgr, stream, blur)


@dataclass
class NetworkVideo:
    """A camera of the network and what is seen in it; all visitors who watch it see the same."""

    live: LiveVideo
    camera: Camera | None = None
    _shown: tuple[Picture, Blur | None] | None = None

    def look(self, image_bgr: Picture, taken_s: float, passed_over: int) -> None:
        """Take the newest picture of the camera."""
        blur = self.live.choices.blur
        self._shown = self.live.mark(image_bgr, taken_s=taken_s, passed_over=passed_over), blur

    def frame(self, pts: int, time_base: Fraction) -> av.VideoFrame:
        """The newest marked picture, for whoever watches; an empty one until there is one with the right faces blurred.

        It comes at `pts`, in units of `time_base` seconds.
        """
        image_bgr, blur = self._shown or (None, None)
        if image_bgr is None or blur is not self.live.choices.blur:
            frame = _empty_frame(*WAITING_SIZE_WH)
        else:
            frame = av.VideoFrame.from_numpy_buffer(image_bgr, format="bgr24")
        frame.pts, frame.time_base = pts, time_base
        return frame


def _empty_frame(width: int, height: int) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.full((height, width, 3), 40, np.uint8), format="bgr24")


@st.cache_resource(show_spinner=False)
def network_video(name: str) -> NetworkVideo:
    """The camera of this name; it runs from the first visitor on until the server ends."""
    video = NetworkVideo(LiveVideo(shared_detectors()))
    zones, lines = load_zones(name)
    video.live.configure(Choices(min_score=get_settings().min_score, zones=zones, lines=lines))
    video.camera = Camera(get_settings().cameras[name].get_secret_value(), video.look)
    return video
