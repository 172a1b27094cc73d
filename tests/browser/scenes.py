"""Films for the browser's fake camera with known truth: people who walk by, and a clock that a program can read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.imaging import encode_jpeg
from tests.bench.scene import head
from tests.browser.chromium import CAMERA_SIZE

FPS = 30  # what Chromium plays of an .mjpeg file
HEAD_SIDE = 190  # pixels
BITS = 12  # of the clock: a film of up to 4096 frames
CELL = 24  # pixels of one bit
FLOOR_BGR = (127, 127, 127)


@dataclass(frozen=True)
class Walker:
    """Somebody who walks through the picture.

    Attributes:
        portrait: Name of a sample, see tests.bench.scene.
        enters_s: When, in the seconds of the film.
        top: Pixels from the top of the picture.
        seconds: From one side to the other.
        leftward: From right to left.
    """

    portrait: str
    enters_s: float
    top: int
    seconds: float = 5.0
    leftward: bool = False

    def left(self, at_s: float) -> float | None:
        """Where the head's left edge is, in pixels; None when it is out of the picture."""
        share = (at_s - self.enters_s) / self.seconds
        if not 0 <= share <= 1:
            return None
        way = CAMERA_SIZE[0] + HEAD_SIDE
        return CAMERA_SIZE[0] - share * way if self.leftward else share * way - HEAD_SIDE


# At first nobody, until a cold server has started the video. Two with a mask, one without; then nobody for as long as a
# lost face is waited for, and some time more.
WALKERS = (
    Walker("astronaut_masked", 4.5, 30),
    Walker("grace_hopper", 5.5, 250, leftward=True),
    Walker("grace_hopper_masked", 10.0, 140),
)
SECONDS = 19.0


def write_walkers(path: Path, walkers: tuple[Walker, ...] = WALKERS, *, seconds: float = SECONDS) -> Path:
    """Write the people's walk as .mjpeg; Chromium begins it anew at its end."""
    heads = {walker.portrait: cv2.resize(head(walker.portrait), (HEAD_SIDE, HEAD_SIDE)) for walker in walkers}
    with path.open("wb") as file:
        for number in range(round(seconds * FPS)):
            frame_bgr = np.full((CAMERA_SIZE[1], CAMERA_SIZE[0], 3), FLOOR_BGR, np.uint8)
            for walker in walkers:
                left = walker.left(number / FPS)
                if left is not None:
                    _lay(heads[walker.portrait], frame_bgr, round(left), walker.top)
            file.write(encode_jpeg(frame_bgr))
    return path


def write_clock(path: Path, *, seconds: float = 20.0) -> Path:
    """Write a portrait under a row of black and white cells that count the frames, as .mjpeg."""
    portrait = cv2.resize(head("astronaut"), (300, 300))
    with path.open("wb") as file:
        for number in range(round(seconds * FPS)):
            frame_bgr = np.full((CAMERA_SIZE[1], CAMERA_SIZE[0], 3), FLOOR_BGR, np.uint8)
            _lay(portrait, frame_bgr, 170, 20)
            for bit in range(BITS):
                x = 16 + bit * 2 * CELL
                frame_bgr[-CELL - 16 : -16, x : x + CELL] = 255 * (number >> bit & 1)
            file.write(encode_jpeg(frame_bgr))
    return path


# Reads the frame number of a <video> that shows write_clock; -1 before its first picture.
READ_CLOCK = f"""
(video) => {{
  if (!video.videoWidth) return -1;
  const canvas = new OffscreenCanvas({CAMERA_SIZE[0]}, {CAMERA_SIZE[1]});
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  let number = 0;
  for (let bit = 0; bit < {BITS}; bit++) {{
    const x = 16 + bit * {2 * CELL} + {CELL // 2}, y = {CAMERA_SIZE[1] - 16 - CELL // 2};
    const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
    if (red + green + blue > 384) number += 1 << bit;
  }}
  return number;
}}
"""


def _lay(patch_bgr: NDArray[np.uint8], onto_bgr: NDArray[np.uint8], left: int, top: int) -> None:
    """Lay a patch on a picture; what sticks out is cut off."""
    height, width = onto_bgr.shape[:2]
    x1, x2 = max(0, left), min(width, left + patch_bgr.shape[1])
    if x2 > x1:
        onto_bgr[top : min(height, top + patch_bgr.shape[0]), x1:x2] = patch_bgr[: height - top, x1 - left : x2 - left]
