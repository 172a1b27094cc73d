"""Reads video files: frames upright, each with its own time, for as long as the file can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from maskcore.errors import ImageTooLargeError, VideoDecodeError
from maskcore.preprocess import resize

SUFFIXES = (".mp4", ".mov", ".webm", ".avi", ".mkv", ".m4v")
USUAL_RATE = 25.0  # frames a second where the file names none
MOST_MEGAPIXELS = 500.0  # no setting allows more
PADDED = 2  # so many times the pixels of its picture a codec may ask for, as it fills up the sides


@dataclass(frozen=True, slots=True)
class FilmInfo:
    """What is known of a video before it is read through.

    Attributes:
        size_wh: Width and height of the upright picture in pixels.
        frames_per_s: Mean rate; single frames may come at other times.
        duration_s: Seconds; None where the file does not say.
        has_audio: Whether there is sound.
    """

    size_wh: tuple[int, int]
    frames_per_s: float
    duration_s: float | None
    has_audio: bool


@dataclass(frozen=True, slots=True)
class FilmFrame:
    """One frame.

    Attributes:
        image_bgr: (H, W, 3) uint8, upright, of the size that FilmInfo tells.
        time_s: Seconds from the first frame.
    """

    image_bgr: NDArray[np.uint8]
    time_s: float


class Film:
    """A video file.

    Args:
        path: The file.
        max_megapixels: Most pixels of a frame, in millions; checked before any is decoded.
    Raises:
        VideoDecodeError: It is no video that can be read.
        ImageTooLargeError: Its picture has more pixels than allowed.
    """

    def __init__(self, path: Path, *, max_megapixels: float = MOST_MEGAPIXELS):
        self.path, self._max_megapixels = path, max_megapixels
        self.broken = ""  # why reading ended early; empty where it did not
        with self._open() as container:
            stream = self._stream(container)
            first = next(self._decoded(container, stream), None)
            if first is None:
                raise VideoDecodeError(f"The file has no picture that can be read. {self.broken} {_ADVICE}")
            self.info = _info(container, stream, first)

    def frames(self) -> Iterator[FilmFrame]:
        """Every frame that can be read; where the file is cut off or damaged it ends there and `broken` says why."""
        self.broken = ""
        with self._open() as container:
            stream = self._stream(container)
            rate, begin_s, last_s = self.info.frames_per_s, None, 0.0
            for number, frame in enumerate(self._decoded(container, stream)):
                at_s = frame.time if frame.time is not None else number / rate
                begin_s = at_s if begin_s is None else begin_s
                # times must rise: some files repeat one or jump back
                last_s = max(at_s - begin_s, last_s + 1e-3 if number else 0.0)
                yield FilmFrame(_fitted(upright(frame), self.info.size_wh), last_s)

    def _open(self) -> InputContainer:
        try:
            return av.open(str(self.path), metadata_errors="ignore", options=self._limit())
        except (av.FFmpegError, OSError) as error:
            raise VideoDecodeError(f"The file is no video that can be read: {words(error)}. {_ADVICE}") from error

    def _stream(self, container: InputContainer) -> VideoStream:
        if not container.streams.video:
            raise VideoDecodeError(f"The file has no picture, only sound or text. {_ADVICE}")
        stream = container.streams.video[0]
        if stream.codec_context is None:
            raise VideoDecodeError(f"The file's picture is of a kind that nobody here can read. {_ADVICE}")
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > self._max_megapixels * 1e6:
            raise ImageTooLargeError(
                f"The film's picture is {width}x{height}, {width * height / 1e6:.0f} megapixels; at most "
                f"{self._max_megapixels:g} are accepted. Make it smaller and send it again."
            )
        stream.codec_context.options = self._limit()  # the picture may grow on the way
        stream.thread_type = "AUTO"
        return stream

    def _limit(self) -> dict[str, str]:
        """What holds FFmpeg to the limit, which by itself makes room for whatever a few bytes ask for."""
        return {"max_pixels": str(round(PADDED * self._max_megapixels * 1e6))}

    def _decoded(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
        try:
            yield from container.decode(stream)
        except (av.FFmpegError, OSError) as error:
            self.broken = f"Reading ended early: {words(error)}."


_ADVICE = f"Expected a video of {', '.join(suffix[1:].upper() for suffix in SUFFIXES)} with a picture."


def _info(container: InputContainer, stream: VideoStream, first: VideoFrame) -> FilmInfo:
    image = upright(first)
    duration_s = container.duration / av.time_base if container.duration else None
    rate = float(stream.average_rate or stream.guessed_rate or USUAL_RATE)
    return FilmInfo((image.shape[1], image.shape[0]), rate, duration_s, bool(container.streams.audio))


def _fitted(image_bgr: NDArray[np.uint8], size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """The whole picture in another size, undistorted, on black: recordings of video calls change size on the way."""
    height, width = image_bgr.shape[:2]
    if (width, height) == size_wh:
        return image_bgr
    scale = min(size_wh[0] / width, size_wh[1] / height)
    inner = resize(image_bgr, (max(1, round(width * scale)), max(1, round(height * scale))))
    left, top = (size_wh[0] - inner.shape[1]) // 2, (size_wh[1] - inner.shape[0]) // 2
    fitted = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    fitted[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return fitted


def upright(frame: VideoFrame) -> NDArray[np.uint8]:
    """A decoded frame as people see it: (H, W, 3) uint8 BGR, turned as its file or camera says."""
    image_bgr = frame.to_ndarray(format="bgr24")
    # the tag says by how much the stored picture is turned counter-clockwise before it is shown
    return np.ascontiguousarray(np.rot90(image_bgr, round(frame.rotation / 90) % 4))


def words(error: Exception) -> str:
    """What FFmpeg or the system says went wrong, in lower case."""
    return str(getattr(error, "strerror", None) or error).lower()
