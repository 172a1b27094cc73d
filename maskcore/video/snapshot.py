"""A picture of an alert, small enough to be sent along."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from maskcore.imaging import encode_jpeg

SHRINK = 0.7  # a side, from try to try
LEAST_SIDE = 64  # pixels; less shows nothing
QUALITY = 80


def fit_jpeg(jpeg: bytes, *, most_bytes: int) -> bytes | None:
    """The same picture in no more bytes, made smaller as often as it takes; None where it would show nothing then.

    Args:
        jpeg: A JPEG file of our own, as `encode_jpeg` makes it.
        most_bytes: How long the file may be.
    """
    image_bgr = None
    while len(jpeg) > most_bytes:
        if image_bgr is None:
            image_bgr = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        if min(image_bgr.shape[:2]) * SHRINK < LEAST_SIDE:
            return None
        small = cv2.resize(image_bgr, None, fx=SHRINK, fy=SHRINK, interpolation=cv2.INTER_AREA)
        image_bgr = np.asarray(small, np.uint8)
        jpeg = encode_jpeg(image_bgr, quality=QUALITY)
    return jpeg


def base64_jpeg(jpeg: bytes, *, most_kb: int) -> str | None:
    """The picture as text for a JSON message, at most `most_kb` thousand bytes before that; None where none fits."""
    fitting = fit_jpeg(jpeg, most_bytes=most_kb * 1000)
    return base64.b64encode(fitting).decode() if fitting else None
