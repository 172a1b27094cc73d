"""Small films made for tests: colours that tell which frame is which, and a tone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

CODECS = {
    ".mp4": "libx264",
    ".mov": "libx264",
    ".mkv": "libx264",
    ".webm": "libvpx-vp9",
    ".avi": "mpeg4",
    ".ts": "libx264",
}
SOUNDS = {".mp4": "aac", ".mov": "aac", ".mkv": "aac", ".webm": "libopus", ".avi": "mp3", ".ts": "aac"}
TICKS = 1000


def make_film(
    path: Path,
    *,
    times_s: list[float] | None = None,
    size_wh: tuple[int, int] = (160, 120),
    degrees: int = 0,
    sound: bool = False,
) -> Path:
    """A film whose frame N is 40 + 8 N bright, up to 20 and then again, with a white mark at the top left.

    Args:
        path: Its suffix says the kind.
        times_s: When each frame comes; None: ten frames, a tenth of a second each.
        size_wh: As stored, before it is turned.
        degrees: Counter-clockwise turn written into the file.
        sound: Whether there is a tone as long as the film.
    """
    times_s = [number / 10 for number in range(10)] if times_s is None else times_s
    with av.open(str(path), "w") as container:
        stream = container.add_stream(CODECS[path.suffix], rate=10)
        stream.width, stream.height = size_wh
        stream.pix_fmt = "yuv420p"
        tick = Fraction(1, 10) if path.suffix == ".avi" else Fraction(1, TICKS)
        stream.codec_context.time_base = tick
        if degrees:
            stream.set_display_rotation(degrees)
        tone = container.add_stream(SOUNDS[path.suffix], rate=48_000, layout="stereo") if sound else None
        for number, time_s in enumerate(times_s):
            image = np.full((size_wh[1], size_wh[0], 3), 40 + 8 * (number % 20), np.uint8)
            image[: size_wh[1] // 4, : size_wh[0] // 4] = 255
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = round(time_s / tick), tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if tone is not None:
            _add_tone(container, tone, seconds=times_s[-1])
    return path


def _add_tone(container, stream, *, seconds: float) -> None:
    wave = np.sin(np.arange(round(seconds * 48_000)) * 2 * np.pi * 440 / 48_000).astype(np.float32) * 0.2
    frame_size = stream.codec_context.frame_size or 960
    for start in range(0, len(wave) - frame_size, frame_size):
        part = np.stack([wave[start : start + frame_size]] * 2)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
