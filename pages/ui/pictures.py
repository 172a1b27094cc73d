"""From the bytes of a picture to what a page shows of it, remembered by content within a visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from maskcore import FrameResult, MaskDetector, ModelInfo, decode_image
from maskcore.drawing import draw_faces
from maskcore.errors import InputError
from maskcore.imaging import encode_jpeg, encode_png
from maskcore.modes import Mode
from maskcore.preprocess import shrink
from maskcore.settings import get_settings
from pages.ui.data_boxes import crop_of
from pages.ui.detector import shared_detector
from pages.ui.faces import show_sentence
from pages.ui.options import Options
from pages.ui.trouble import show_error

TYPES = ["jpg", "jpeg", "png", "webp", "bmp", "heic", "heif"]
PREVIEW_SIDE = 1460  # pixels; Streamlit encodes what is wider anew, which costs time and breaks at thin pictures
REMEMBERED = 100  # previews a visit, about 0.5 MB each


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one picture: a result with two JPEG previews, or the error that stood in its way."""

    result: FrameResult | None = None
    error: InputError | None = None
    original_jpeg: bytes = b""
    annotated_jpeg: bytes = b""


def look_at(data: bytes, options: Options | None = None) -> Seen:
    """Decode, detect and draw; the same bytes and options are worked on once a visit.

    Raises:
        ModelError: The model cannot be used.
    """
    options = options or Options()
    detector = shared_detector()
    return _look_at(data, options.min_score, options.input_size, detector.info, _detector=detector)


def annotated_png(data: bytes, result: FrameResult) -> bytes:
    """The picture in full size with its faces drawn, as PNG; made when asked for, not kept."""
    return encode_png(draw_faces(decode(data), result.faces))


@st.cache_data(scope="session", max_entries=REMEMBERED, show_spinner=False)
def crop_jpeg(data: bytes, box: tuple[float, float, float, float]) -> bytes:
    """One face with what is around it as a small JPEG; `box` is x1, y1, x2, y2 in pixels of the picture."""
    return crop_of(decode(data), box)


def show_picture(data: bytes, name: str, options: Options | None = None) -> Seen:
    """Look at one picture and show it with its faces drawn and a sentence, or what is wrong with it."""
    seen = look_at(data, options)
    if seen.error is not None:
        show_error(seen.error, name=name)
    elif seen.result is not None:
        st.image(seen.annotated_jpeg, width="stretch", alt=f"{name} with the faces marked")
        show_sentence(seen.result)
    return seen


def upload_limit_mb() -> int:
    """The largest picture a page takes, in whole megabytes."""
    return max(1, int(get_settings().max_upload_mb))


# Kept with the visit and never beyond it: a cache shared by visitors would hold on to their faces.
@st.cache_data(scope="session", max_entries=REMEMBERED, show_spinner=False)
def _look_at(
    data: bytes, min_score: float | None, input_size: Mode | None, model: ModelInfo, *, _detector: MaskDetector
) -> Seen:
    try:
        image_bgr = decode(data)
        result = _detector.detect(image_bgr, min_score=min_score, input_size=input_size)
    except InputError as error:
        return Seen(error=error)
    annotated_bgr = draw_faces(image_bgr, result.faces)
    previews = (encode_jpeg(shrink(each, longer_side=PREVIEW_SIDE)) for each in (image_bgr, annotated_bgr))
    return Seen(result, None, *previews)


def decode(data: bytes) -> NDArray[np.uint8]:
    """The picture as (H, W, 3) uint8, BGR, within the limits of the pages.

    Raises:
        InputError: It cannot be read, or is too large.
    """
    settings = get_settings()
    return decode_image(data, max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
