"""A camera on the network, or a film that stands in for one: the newest picture, for as long as the program runs."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import av
import numpy as np
from numpy.typing import NDArray

from maskcore.errors import VideoDecodeError
from maskcore.video.film import upright, words
from maskcore.video.newest import Newest

OPEN_S, READ_S = 10.0, 10.0  # how long a camera may keep silent
PAUSES_S = (0.5, 1, 2, 4, 8, 15)  # between tries, each shortened or stretched a little by chance
OPTIONS = {"rtsp_transport": "tcp"}  # over UDP a lost packet smears the picture

Look = Callable[[NDArray[np.uint8], float, int], None]

_log = logging.getLogger(__name__)


class CameraState(StrEnum):
    """How a camera stands."""

    CONNECTING = "connecting"
    RUNNING = "running"
    LOST = "lost"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """How a camera stands.

    Attributes:
        state: In a word.
        reason: Why it was lost; empty where it was not.
        tries: Failed tries in a row.
    """

    state: CameraState
    reason: str = ""
    tries: int = 0


class Camera:
    """Reads one camera and shows each newest picture to a function; comes back by itself when it is lost.

    One thread reads, so that the camera is never behind; another looks, and passes over what it has no time for.

    Args:
        url: rtsp://, http:// or the path of a film, which begins again at its end. Never shown: it may hold a password.
        look: Called with a picture, (H, W, 3) uint8 BGR, the second at which it came, and how many were passed over
            since the last.
    """

    def __init__(self, url: str, look: Look) -> None:
        self._url, self._look = url, look
        self._newest: Newest[tuple[NDArray[np.uint8], float]] = Newest()
        self._stop = threading.Event()
        self._status = CameraStatus(CameraState.CONNECTING)
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._watch)]
        for thread in self._threads:
            thread.start()

    @property
    def status(self) -> CameraStatus:
        """How it stands now."""
        return self._status

    def stop(self, *, timeout_s: float = 5.0) -> None:
        """Let the camera go; both threads end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_s)
        self._status = CameraStatus(CameraState.STOPPED)

    def _read(self) -> None:
        tries = 0
        while not self._stop.is_set():
            came = False
            try:
                for image_bgr in self._pictures():
                    self._newest.put((image_bgr, time.monotonic()))
                    self._status, tries, came = CameraStatus(CameraState.RUNNING), 0, True
                    if self._stop.is_set():
                        return
                if came and "://" not in self._url:
                    continue  # a film begins again at once
                reason = "the stream ended"
            except (av.FFmpegError, OSError, VideoDecodeError) as error:
                reason = words(error)
            except Exception as error:  # noqa: BLE001 - outermost door of the thread, which goes on; its status says why
                reason = f"a fault of the program, {type(error).__name__}; the log has more"
                if reason != self._status.reason:
                    _log.exception("A camera could not be read")
            tries += 1
            self._status = CameraStatus(CameraState.LOST, reason, tries)
            self._stop.wait(PAUSES_S[min(tries, len(PAUSES_S)) - 1] * random.uniform(0.8, 1.2))

    def _pictures(self) -> Iterator[NDArray[np.uint8]]:
        far = "://" in self._url
        timeout = (OPEN_S, READ_S) if far else None
        with av.open(self._url, options=OPTIONS if far else {}, timeout=timeout, metadata_errors="ignore") as container:
            if not container.streams.video:
                raise VideoDecodeError("It sends no picture, only sound or text")
            began, first_s = time.monotonic(), None
            for frame in container.decode(container.streams.video[0]):
                if not far and frame.time is not None:
                    first_s = frame.time if first_s is None else first_s
                    self._stop.wait(max(0.0, frame.time - first_s - (time.monotonic() - began)))
                yield upright(frame)

    def _watch(self) -> None:
        while not self._stop.is_set():
            taken = self._newest.take(timeout_s=0.2)
            if taken is not None:
                (image_bgr, taken_s), passed_over = taken
                self._look(image_bgr, taken_s, passed_over)
