"""How large the detector sees a picture: fast, balanced, full, crowd, or by the picture."""

from __future__ import annotations

from enum import StrEnum

from maskcore.errors import OptionError
from maskcore.preprocess import SIZE_MULTIPLE, round_up

LARGEST_INPUT = 4096


class Mode(StrEnum):
    """Named sizes, from fast to thorough.

    FAST, BALANCED and FULL see the longer side at 320, 480 and 640 pixels; CROWD sees the picture at its own size, but
    from 1280 to 4096 pixels, piece by piece.
    """

    FAST = "fast"
    BALANCED = "balanced"
    FULL = "full"
    CROWD = "crowd"


SIZES = {Mode.FAST: 320, Mode.BALANCED: 480, Mode.FULL: 640}
CROWD_LEAST = 1280


def input_size_for(wanted: int | Mode | None, size_wh: tuple[int, int]) -> int:
    """The longer side that the detector should see.

    Where nothing is wanted, small pictures are doubled but kept between 416 and 640, large ones are halved but kept
    between 640 and 1280.

    Args:
        wanted: Pixels, a mode or its name, or None.
        size_wh: Picture width and height in pixels.
    Returns:
        A multiple of 32.
    Raises:
        OptionError: A number that is no multiple of 32 from 32 to 4096, or no name of a mode.
    """
    longer = max(size_wh)
    if isinstance(wanted, str):
        wanted = parse_input_size(wanted)
    if wanted is None:
        return round_up(min(max(416, longer * 2), 640) if longer <= 640 else min(max(640, longer // 2), 1280))
    if wanted is Mode.CROWD:
        return round_up(min(max(CROWD_LEAST, longer), LARGEST_INPUT))
    if isinstance(wanted, Mode):
        return SIZES[wanted]
    if wanted % SIZE_MULTIPLE or not SIZE_MULTIPLE <= wanted <= LARGEST_INPUT:
        raise OptionError(
            f"input_size must be a multiple of {SIZE_MULTIPLE} from {SIZE_MULTIPLE} to {LARGEST_INPUT}, such as 320 "
            f"or 640, or one of {', '.join(Mode)}; got {wanted}. Leave it out to choose by the picture."
        )
    return wanted


def parse_input_size(text: str) -> int | Mode:
    """Read what a person or a program wrote for the input size: a number of pixels or the name of a mode.

    Raises:
        OptionError: Neither.
    """
    word = text.strip().lower()
    if word in list(Mode):
        return Mode(word)
    try:
        return int(word)
    except ValueError as error:
        raise OptionError(
            f"input_size must be a number of pixels, such as 640, or one of {', '.join(Mode)}; got {text!r}."
        ) from error
