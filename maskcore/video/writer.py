"""Writes films that browsers play: H.264 in MP4, the sound of the film that they come from kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.codec import Codec
from numpy.typing import NDArray

from maskcore.errors import VideoDecodeError

TICKS = 90_000  # a second, as broadcasters count: fine enough for every frame rate
QUALITY = "23"  # constant rate factor of x264, its usual one
USUAL_SOUND_RATE = 48_000  # samples a second, where AAC does not know the film's own


class FilmWriter:
    """Writes pictures, each at its own time, and then the sound of another film.

    A context manager: what is left early leaves no file.

    Args:
        path: The .mp4 to write.
        size_wh: Width and height of the pictures in pixels; an odd one loses its last column or row.
        frames_per_s: About how many pictures come a second.
        sound: The film whose sound is kept; None: silent.
    Raises:
        VideoDecodeError: The pictures are less than two pixels wide or high.
    """

    def __init__(self, path: Path, *, size_wh: tuple[int, int], frames_per_s: float, sound: Path | None = None):
        if min(size_wh) < 2:
            raise VideoDecodeError(
                f"Expected a film at least 2 pixels wide and high, got {size_wh[0]}x{size_wh[1]}. Send a larger one."
            )
        self.path, self._sound = path, sound
        self._silent = path.with_name(f".{path.stem}.silent.mp4")
        self._container = av.open(str(self._silent), "w")
        rate = Fraction(max(frames_per_s, 1)).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options={"crf": QUALITY, "preset": "veryfast"})
        self._stream.width, self._stream.height = size_wh[0] // 2 * 2, size_wh[1] // 2 * 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, TICKS)

    def add(self, image_bgr: NDArray[np.uint8], *, time_s: float) -> None:
        """Write one picture, (H, W, 3) uint8, shown from `time_s` on; times must rise."""
        even = np.ascontiguousarray(image_bgr[: self._stream.height, : self._stream.width])
        frame = av.VideoFrame.from_ndarray(even, format="bgr24")
        frame.pts, frame.time_base = round(time_s * TICKS), Fraction(1, TICKS)
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> FilmWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
            if kind is None:
                self._join()
        finally:
            self._silent.unlink(missing_ok=True)

    def _join(self) -> None:
        """Picture and sound into one file whose index comes first, so that it plays while it loads."""
        unfinished = self.path.with_name(f".{self.path.stem}.unfinished.mp4")
        try:
            with ExitStack() as files:
                target = files.enter_context(av.open(str(unfinished), "w", options={"movflags": "+faststart"}))
                picture = files.enter_context(av.open(str(self._silent)))
                stream = picture.streams.video[0]
                packets = [_copied(picture, stream, target.add_stream_from_template(stream))]
                if self._sound is not None:
                    film = files.enter_context(av.open(str(self._sound), metadata_errors="ignore"))
                    packets += [_sound(film, heard, target) for heard in _known(film.streams.audio)[:1]]
                _mux(target, packets)
            unfinished.replace(self.path)
        finally:
            unfinished.unlink(missing_ok=True)


def _copied(source: Any, stream: Any, to: Any) -> Iterator[Any]:
    """The packets of a stream; those whose time does not rise are passed over, for no MP4 takes them."""
    last = None
    for packet in source.demux(stream):
        if packet.dts is not None and (last is None or packet.dts > last):
            last, packet.stream = packet.dts, to
            yield packet


def _known(streams: Any) -> list[Any]:
    """Those whose kind FFmpeg knows; a film may hold others beside them."""
    return [stream for stream in streams if stream.codec_context is not None]


def _sound(film: Any, stream: Any, target: Any) -> Iterator[Any]:
    """The film's sound: copied where it is AAC, else made so; it ends where it cannot be read."""
    if stream.codec_context.name == "aac":
        yield from _readable(_copied(film, stream, target.add_stream_from_template(stream)))
        return
    rate = stream.rate if stream.rate in (Codec("aac", "w").audio_rates or ()) else USUAL_SOUND_RATE
    to = target.add_stream("aac", rate=rate)
    resampler = AudioResampler(format="fltp", layout="stereo", rate=to.rate)
    samples = None
    for frame in _readable(film.decode(stream)):
        for part in resampler.resample(frame):
            if samples is None:
                samples = round((frame.time or 0.0) * to.rate)
            # counted here: some kinds of film count in packets, which the encoder does not understand
            part.pts, part.time_base = samples, Fraction(1, to.rate)
            samples += part.samples
            yield from to.encode(part)
    yield from to.encode(None)


def _readable(items: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from items
    except av.FFmpegError:
        return  # the picture ends at the same place, and Film says why


def _mux(target: Any, sources: list[Iterator[Any]]) -> None:
    """Write the packets of several streams in the order of their times.

    The first of each is asked for before any is written: only then does the target know all its streams.
    """
    waiting = [(packet, source) for source in sources if (packet := next(source, None)) is not None]
    while waiting:
        earliest = min(range(len(waiting)), key=lambda number: _seconds(waiting[number][0]))
        packet, source = waiting.pop(earliest)
        with suppress(av.InvalidDataError):  # a damaged packet of the sound: the film goes on without it
            target.mux(packet)
        if (following := next(source, None)) is not None:
            waiting.append((following, source))


def _seconds(packet: Any) -> float:
    return float((packet.dts if packet.dts is not None else packet.pts or 0) * packet.time_base)
