"""Pictures of a set with its boxes, drawn by the browser over the picture.

maskcore.drawing writes how sure a detector is; a label that people gave has no probability, so its box is drawn here,
with the same colours, dashes and symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from maskcore.data_urls import data_url
from maskcore.errors import InputError
from maskcore.imaging import encode_jpeg, load_image
from maskcore.preprocess import crop_faces, shrink
from maskcore.settings import get_settings
from maskcore.styles import INK_HEX, LABEL_STYLES

THUMBNAIL_PX = 480  # longer side
LARGE_PX = 1200
CROP_PX = 160
CROP_MARGIN = 0.5  # more than the classifier sees, so that people see why
SHADE_HEX = "#000000"


@dataclass(frozen=True, slots=True)
class Mark:
    """A box to draw.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the picture.
        label: A key of LABEL_STYLES.
        words: What is written beside its symbol.
    """

    box: Sequence[float]
    label: str
    words: str = ""


@st.cache_data(scope="session", max_entries=200, show_spinner=False)
def shrunk(image: str, side: int) -> tuple[bytes, int, int] | None:
    """A JPEG with a longer side of at most `side`, and the picture's own width and height; None of a damaged one."""
    image_bgr = _load(image)
    if image_bgr is None:
        return None
    height, width = image_bgr.shape[:2]
    return encode_jpeg(shrink(image_bgr, longer_side=side), quality=82), width, height


@st.cache_data(scope="session", max_entries=500, show_spinner=False)
def face_crop(image: str, box: tuple[float, float, float, float], *, whole: bool = False) -> bytes | None:
    """A face with what is around it, as JPEG; None where the picture is damaged.

    Args:
        image: Path of the picture.
        box: x1, y1, x2, y2 in pixels.
        whole: Whether the picture is a crop of this face itself, so that there is nothing around it.
    """
    image_bgr = _load(image)
    if image_bgr is None:
        return None
    return crop_of(image_bgr, box, margin=0.0 if whole else CROP_MARGIN)


def crop_of(
    image_bgr: NDArray[np.uint8], box: tuple[float, float, float, float], *, margin: float = CROP_MARGIN
) -> bytes:
    """A face, `box` in pixels, with a share of its longer side around it: a JPEG of CROP_PX for people to look at."""
    return encode_jpeg(crop_faces(image_bgr, np.array([box], np.float32), side=CROP_PX, margin=margin)[0])


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
    source = data_url(picture_svg(*found, marks, fine=large).encode(), kind="image/svg+xml")
    look = "max-height:52vh" if large else "aspect-ratio:4/3"
    st.html(
        f'<figure style="margin:0"><img src="{source}" alt="{name} with its boxes" '
        f'style="display:block;width:100%;object-fit:contain;border-radius:12px;background:#8882;{look}">'
        f'<figcaption class="mc-note mc-name" style="margin-top:6px">{escape(note) or name}</figcaption></figure>'
    )


def picture_svg(data: bytes, width: int, height: int, marks: Sequence[Mark], *, fine: bool = False) -> str:
    """A picture of its own with boxes over it; as text within the page Streamlit would take it out.

    Args:
        data: The picture as JPEG, of any size.
        width: Of the picture that the boxes belong to.
        height: The same.
        marks: The boxes.
        fine: Whether it is shown so large that thin lines are seen.
    """
    line = max(width, height) / (500 if fine else 240)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif"><image href="{data_url(data)}" width="{width}" '
        f'height="{height}"/>{"".join(_mark_svg(mark, line, width) for mark in marks)}</svg>'
    )


def show_crop(image: str, box: tuple[float, float, float, float], *, note: str, whole: bool = False) -> None:
    """One face with a line below; see `face_crop`."""
    data = face_crop(image, box, whole=whole)
    if data is None:
        st.html(f'<p class="mc-note">{escape(Path(image).name)} cannot be read any more.</p>')
        return
    st.html(
        f'<figure style="margin:0"><img src="{data_url(data)}" alt="A face of {escape(Path(image).name)}" '
        f'style="width:100%;border-radius:12px;display:block"><figcaption class="mc-note" style="margin-top:4px">'
        f"{escape(note)}</figcaption></figure>"
    )


def _mark_svg(mark: Mark, line: float, width: int) -> str:
    """A dark rim, the box in its label's colour and dash, and its symbol where there is room."""
    x1, y1, x2, y2 = mark.box
    style = LABEL_STYLES[mark.label]
    place = f'x="{x1:.1f}" y="{y1:.1f}" width="{x2 - x1:.1f}" height="{y2 - y1:.1f}" fill="none"'
    dash = f' stroke-dasharray="{style.dash[0] * line:.1f} {style.dash[1] * line:.1f}"' if style.dash else ""
    return (
        f'<rect {place} stroke="{SHADE_HEX}" stroke-opacity="0.7" stroke-width="{2 * line:.2f}"/>'
        f'<rect {place} stroke="{style.color_hex}" stroke-width="{line:.2f}"{dash}/>{_tag_svg(mark, line, width)}'
    )


def _tag_svg(mark: Mark, line: float, width: int) -> str:
    x1, y1, x2, _ = mark.box
    size = 8 * line
    if x2 - x1 < size * 1.2 and not mark.words:
        return ""
    style = LABEL_STYLES[mark.label]
    words = f"{style.symbol} {mark.words}".strip()
    wide, high = size * (0.6 * len(words) + 0.8), 1.4 * size
    left, top = max(0.0, min(x1, width - wide)), max(0.0, y1 - high)
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="{size / 4:.1f}" '
        f'fill="{style.color_hex}"/><text x="{left + wide / 2:.1f}" y="{top + high / 2:.1f}" font-size="{size:.1f}" '
        f'font-weight="700" text-anchor="middle" dominant-baseline="central" fill="{INK_HEX}">{escape(words)}</text>'
    )


def _load(image: str) -> NDArray[np.uint8] | None:
    settings = get_settings()
    try:
        return load_image(Path(image), max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
    except InputError:
        return None
