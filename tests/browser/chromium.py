"""Chromium, headless, with a camera that plays a portrait."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from maskcore.imaging import encode_jpeg, load_image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

CAMERA_SIZE = (640, 480)
CAMERA_FRAMES = 60  # Chromium plays 30 a second and begins again at the end
PORTRAIT_SHARE = 0.92  # of the width; the face is then 115 pixels wide, as of a person at arm's length
SWAY = 16  # pixels to each side
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The program's path; None where it is not installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, program: str, camera: Path) -> Browser:
    """Start Chromium; it grants the camera without asking, and the camera plays the .mjpeg or .y4m file `camera`."""
    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    return playwright.chromium.launch(executable_path=program, headless=True, args=flags)


def write_camera(path: Path, portrait: Path) -> Path:
    """Write two seconds of a portrait, 640×480, swaying as before a camera held by hand.

    Args:
        path: Where to write; ends with .mjpeg.
        portrait: A picture at least as high as wide; a blur of it fills the sides.
    Returns:
        `path`.
    """
    width, height = CAMERA_SIZE
    portrait_bgr = load_image(portrait, max_mb=10, max_megapixels=25)
    scale = PORTRAIT_SHARE * width / portrait_bgr.shape[1]
    portrait_bgr = cv2.resize(portrait_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    scene_bgr = cv2.resize(cv2.GaussianBlur(portrait_bgr, (0, 0), 24), (width + 2 * SWAY, portrait_bgr.shape[0]))
    left = (scene_bgr.shape[1] - portrait_bgr.shape[1]) // 2
    scene_bgr[:, left : left + portrait_bgr.shape[1]] = portrait_bgr
    with path.open("wb") as file:
        for number in range(CAMERA_FRAMES):
            angle = 2 * math.pi * number / CAMERA_FRAMES
            x, y = round(SWAY + SWAY * math.sin(angle)), round(SWAY + 0.5 * SWAY * math.cos(angle))
            file.write(encode_jpeg(scene_bgr[y : y + height, x : x + width]))
    return path
