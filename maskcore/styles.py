"""How each label looks and reads: the one table behind drawn pictures, pages and the API's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskcore.types import Face, Label, Uncertain

INK_HEX = "#14171C"  # text and symbols on every label colour; a contrast of at least 5 to 1 on each


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """The look of one label, told apart by colour, line, symbol and words, so that no one depends on colour.

    Attributes:
        color_hex: Fill of the tag and colour of the box, as #RRGGBB.
        text: What a person reads.
        symbol: The same as one character.
        dash: Lengths of dash and gap along the box, in line widths; empty for an unbroken line.
        heavy_corners: Whether the corners of the box are drawn thicker.
    """

    color_hex: str
    text: str
    symbol: str
    dash: tuple[float, ...] = ()
    heavy_corners: bool = False

    @property
    def color_bgr(self) -> tuple[int, int, int]:
        """The colour as blue, green, red, 0 to 255."""
        return hex_to_bgr(self.color_hex)


def hex_to_bgr(color_hex: str) -> tuple[int, int, int]:
    """Blue, green and red, 0 to 255, of a colour written #RRGGBB."""
    red, green, blue = (int(color_hex[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red


# Bluish green, vermillion and orange of Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), and a light grey.
LABEL_STYLES: Mapping[str, LabelStyle] = MappingProxyType(
    {
        "mask": LabelStyle("#009E73", "Mask", "✓"),
        "no_mask": LabelStyle("#E2661A", "No mask", "✗", heavy_corners=True),
        "incorrect": LabelStyle("#F0B429", "Worn wrong", "◒", dash=(6.0, 2.5)),
        "uncertain": LabelStyle("#B9C0CB", "Can't tell", "?", dash=(2.0, 2.0)),
    }
)

UNCERTAIN_TEXTS: Mapping[Uncertain, str] = MappingProxyType(
    {
        Uncertain.SMALL: "too small",
        Uncertain.BLURRED: "blurred",
        Uncertain.DARK: "too dark",
        Uncertain.TURNED: "turned away",
        Uncertain.UNSURE: "unsure",
        Uncertain.EARLY: "not yet",
    }
)


def style_key(face: Face) -> str:
    """The key of LABEL_STYLES for a face: its label, or "uncertain" where the label is not to be trusted."""
    return "uncertain" if face.uncertain else Label(face.label).value


def style_caption(face: Face) -> str:
    """What is written at a face: its label and how probable that is, or why it cannot be told."""
    text = LABEL_STYLES[style_key(face)].text
    if face.uncertain:
        return f"{text}: {UNCERTAIN_TEXTS[face.uncertain]}"
    return f"{text} {percent(face.probabilities[face.label])}"


def percent(share: float, *, digits: int = 0) -> str:
    """A share from 0 to 1 in percent, such as 97%; what is not quite all or nothing is called >99% or <1%.

    Args:
        share: 0 to 1.
        digits: How many after the point.
    """
    told = f"{share:.{digits}%}"
    step = 10.0**-digits
    if share < 1 and told == f"{1:.{digits}%}":
        return f">{100 - step:.{digits}f}%"
    if share > 0 and told == f"{0:.{digits}%}":
        return f"<{step:.{digits}f}%"
    return told
