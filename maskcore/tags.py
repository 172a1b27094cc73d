"""Tags: the filled labels with symbol and words that stand at a face's box, and other words; rendered once, kept."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from maskcore.styles import INK_HEX, LABEL_STYLES

SHARPEN = 4  # symbols are drawn this many times larger and shrunk, because Pillow's lines have hard edges


@lru_cache(maxsize=256)
def render_tag(key: str, words: str, height: int) -> NDArray[np.uint8]:
    """One tag as an opaque patch to lay on a picture; live video asks for the same few again and again.

    Args:
        key: A key of LABEL_STYLES, for colour and symbol.
        words: What to write behind the symbol; empty for a square with the symbol alone.
        height: Height of the tag in pixels, at least 5.
    Returns:
        (height, W, 3) uint8, BGR, read-only.
    """
    pad = max(1, round(height * 0.2))
    font = _font(max(4, round(height * 0.74)))
    width = height + (round(font.getlength(words)) + pad if words else 0)
    patch = Image.new("RGB", (width, height), LABEL_STYLES[key].color_hex)
    if words:
        ImageDraw.Draw(patch).text((height, height / 2), words, fill=INK_HEX, font=font, anchor="lm")
    side = height - 2 * pad
    patch.paste(INK_HEX, (pad, pad), _symbol(key, side))
    return _readable(patch)


@lru_cache(maxsize=64)
def render_text(words: str, height: int) -> NDArray[np.uint8]:
    """Light words on a dark patch: (height, W, 3) uint8, BGR, read-only."""
    pad = max(1, round(height * 0.2))
    font = _font(max(4, round(height * 0.74)))
    patch = Image.new("RGB", (round(font.getlength(words)) + 2 * pad, height), INK_HEX)
    ImageDraw.Draw(patch).text((pad, height / 2), words, fill="white", font=font, anchor="lm")
    return _readable(patch)


def _readable(patch: Image.Image) -> NDArray[np.uint8]:
    patch_bgr = np.asarray(patch)[:, :, ::-1].copy()
    patch_bgr.flags.writeable = False
    return patch_bgr


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font


def _symbol(key: str, side: int) -> Image.Image:
    """The symbol of a label as a square stencil of `side` pixels."""
    large = side * SHARPEN
    stencil = Image.new("L", (large, large), 0)
    pen = ImageDraw.Draw(stencil)
    width = max(1, round(large * 0.17))

    def line(*points: tuple[float, float]) -> None:
        pen.line([(x * large, y * large) for x, y in points], fill=255, width=width, joint="curve")

    def circle(x: float, y: float, radius: float, *, fill: int | None) -> None:
        box = [(x - radius) * large, (y - radius) * large, (x + radius) * large, (y + radius) * large]
        pen.ellipse(box, fill=fill, outline=255, width=width * 3 // 4)

    if key == "mask":
        line((0.06, 0.52), (0.38, 0.84), (0.94, 0.18))
    elif key == "no_mask":
        line((0.12, 0.12), (0.88, 0.88))
        line((0.12, 0.88), (0.88, 0.12))
    elif key == "incorrect":
        circle(0.5, 0.5, 0.46, fill=None)
        pen.pieslice([0.04 * large, 0.04 * large, 0.96 * large, 0.96 * large], 0, 180, fill=255)
    else:
        pen.arc([0.22 * large, 0.02 * large, 0.78 * large, 0.58 * large], 170, 80, fill=255, width=width)
        line((0.5, 0.5), (0.5, 0.7))
        circle(0.5, 0.9, 0.09, fill=255)
    return stencil.resize((side, side), Image.Resampling.BOX)
