"""Pictures of a set with its boxes, drawn by the browser over the picture.

maskcore.drawing writes how sure a detector is; a label that people gave has no probability, so its box is drawn here,
with the same colours, dashes and symbols.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from maskcore.errors import InputError
from maskcore.imaging import encode_jpeg, load_image
from maskcore.preprocess import crop_faces
from maskcore.settings import get_settings
from maskcore.styles import INK_HEX, LABEL_STYLES

THUMBNAIL_PX = 480  # longer side
LARGE_PX = 1200
CROP_PX = 160
CROP_MARGIN = 0.5  # more than the classifier sees, so that people see why
SHADE = "#000b"


@dataclass(frozen=True, slots=True)
class Mark:
    """A box to draw.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the picture.
        label: A key of LABEL_STYLES.
        words: What the box says when it is pointed at, and beside its symbol where `named`.
        named: Whether to write the words.
    """

    box: Sequence[float]
    label: str
    words: str = ""
    named: bool = False


@st.cache_data(scope="session", max_entries=200, show_spinner=False)
def shrunk(image: str, side: int) -> tuple[bytes, int, int] | None:
    """A JPEG with a longer side of at most `side`, and the picture's own width and height; None of a damaged one."""
    image_bgr = _load(image)
    if image_bgr is None:
        return None
    height, width = image_bgr.shape[:2]
    scale = min(1.0, side / max(height, width))
    small = cv2.resize(image_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return encode_jpeg(np.asarray(small, np.uint8), quality=82), width, height


@st.cache_data(scope="session", max_entries=500, show_spinner=False)
def face_crop(image: str, box: tuple[float, float, float, float]) -> bytes | None:
    """A face with what is around it, as JPEG; None where the picture is damaged."""
    image_bgr = _load(image)
    if image_bgr is None:
        return None
    return encode_jpeg(crop_faces(image_bgr, np.array([box], np.float32), side=CROP_PX, margin=CROP_MARGIN)[0])


def show_picture(image: str, marks: Sequence[Mark], *, large: bool = False, note: str = "") -> None:
    """A picture with its boxes.

    Args:
        image: Its path.
        marks: The boxes.
        large: Whether it fills the page; else it is one of a gallery, all of one height.
        note: What stands below.
    """
    found = shrunk(image, LARGE_PX if large else THUMBNAIL_PX)
    name = escape(Path(image).name)
    if found is None:
        st.html(f'<p class="mc-note">{name} cannot be read any more.</p>')
        return
    data, width, height = found
    code = base64.b64encode(data).decode()
    look = "width:100%;max-height:70vh;display:block" if large else "width:100%;aspect-ratio:4/3;display:block"
    below = f'<figcaption class="mc-note mc-name" style="margin-top:6px">{escape(note) or name}</figcaption>'
    st.html(
        f'<figure style="margin:0"><svg viewBox="0 0 {width} {height}" role="img" aria-label="{name} with its boxes" '
        f'style="{look};border-radius:12px;background:#8883">'
        f'<image href="data:image/jpeg;base64,{code}" width="{width}" height="{height}"></image>'
        f"{''.join(_mark_svg(mark, width, height, large) for mark in marks)}</svg>{below}</figure>"
    )


def show_crop(image: str, box: tuple[float, float, float, float], *, note: str) -> None:
    """One face with a line below."""
    data = face_crop(image, box)
    if data is None:
        st.html(f'<p class="mc-note">{escape(Path(image).name)} cannot be read any more.</p>')
        return
    code = base64.b64encode(data).decode()
    st.html(
        f'<figure style="margin:0"><img src="data:image/jpeg;base64,{code}" alt="A face of {escape(Path(image).name)}" '
        f'style="width:100%;border-radius:12px;display:block"><figcaption class="mc-note" style="margin-top:4px">'
        f"{escape(note)}</figcaption></figure>"
    )


def _mark_svg(mark: Mark, width: int, height: int, large: bool) -> str:
    """A dark rim, the box in its label's colour and dash, and its symbol where there is room."""
    x1, y1, x2, y2 = mark.box
    style = LABEL_STYLES[mark.label]
    line = max(width, height) / (500 if large else 240)
    place = f'x="{x1:.1f}" y="{y1:.1f}" width="{x2 - x1:.1f}" height="{y2 - y1:.1f}" fill="none"'
    dash = f' stroke-dasharray="{style.dash[0] * line:.1f} {style.dash[1] * line:.1f}"' if style.dash else ""
    title = f"<title>{escape(mark.words or style.text)}</title>"
    boxes = (
        f'<rect {place} stroke="{SHADE}" stroke-width="{2 * line:.2f}"></rect>'
        f'<rect {place} stroke="{style.color_hex}" stroke-width="{line:.2f}"{dash}></rect>'
    )
    return f"<g>{title}{boxes}{_tag_svg(mark, line, width)}</g>"


def _tag_svg(mark: Mark, line: float, width: int) -> str:
    x1, y1, x2, _ = mark.box
    size = 7 * line
    if x2 - x1 < size * 1.2:
        return ""
    style = LABEL_STYLES[mark.label]
    words = escape(f"{style.symbol} {mark.words}" if mark.named else style.symbol)
    wide = size * (0.62 * len(words) + 0.7)
    left, top = max(0.0, min(x1, width - wide)), max(0.0, y1 - 1.35 * size)
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{1.35 * size:.1f}" rx="{size / 4:.1f}" '
        f'fill="{style.color_hex}"></rect><text x="{left + wide / 2:.1f}" y="{top + 0.7 * size:.1f}" '
        f'font-size="{size:.1f}" font-weight="700" text-anchor="middle" dominant-baseline="central" '
        f'fill="{INK_HEX}">{words}</text>'
    )


def _load(image: str) -> NDArray[np.uint8] | None:
    settings = get_settings()
    try:
        return load_image(Path(image), max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
    except InputError:
        return None
