"""What a caller may ask of the detector."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maskcore.boxes import clip_boxes
from maskcore.errors import OptionError


def check_options(min_score: float, max_faces: int) -> None:
    """See that options are in their ranges.

    Raises:
        OptionError: One is not.
    """
    if not 0 <= min_score <= 1:
        raise OptionError(f"min_score must be a number from 0 to 1, such as 0.5; got {min_score}.")
    if max_faces < 1:
        raise OptionError(f"max_faces must be at least 1; got {max_faces}.")


def check_image(image_bgr: object) -> None:
    """See that a picture is (H, W, 3) uint8 with something in it.

    Raises:
        ValueError: It is not; a mistake of the program, for pictures of users come through maskcore.imaging.
    """
    if not isinstance(image_bgr, np.ndarray):
        raise ValueError(
            f"Expected an array (height, width, 3) uint8, got {type(image_bgr).__name__}. Read a file with "
            "maskcore.load_image; OpenCV's imread gives None where it cannot."
        )
    if image_bgr.dtype != np.uint8 or image_bgr.ndim != 3 or image_bgr.shape[2] != 3 or not image_bgr.size:
        raise ValueError(f"Expected (height, width, 3) uint8, got {image_bgr.shape} {image_bgr.dtype}.")


def given_boxes(boxes: ArrayLike, size_wh: tuple[int, int], *, most: int) -> NDArray[np.float32]:
    """Boxes that a caller gives, clipped to the picture.

    Args:
        boxes: (N, 4) x1, y1, x2, y2 in pixels.
        size_wh: Width and height of the picture.
        most: How many are taken.
    Returns:
        (N, 4) float32, in the order given.
    Raises:
        OptionError: They are no such list, there are too many, or one lies outside.
    """
    try:
        given = np.asarray(boxes, np.float64)
        given = given.reshape(-1, 4) if given.shape == (0,) else given
        if given.shape[1:] != (4,):
            raise ValueError("not four numbers a box")
    except (ValueError, TypeError, OverflowError) as error:
        raise OptionError(f"boxes must be a list of [x1, y1, x2, y2] in pixels; got {boxes!r}.") from error
    if len(given) > most:
        raise OptionError(
            f"Expected at most {most} boxes, got {len(given)}. Give fewer at a time, or a larger max_faces."
        )
    clipped = clip_boxes(given, size_wh)
    empty = ~np.isfinite(given).all(axis=1) | ~((clipped[:, 2:] - clipped[:, :2]) > 0).all(axis=1)
    if empty.any():
        number = int(np.argmax(empty))
        raise OptionError(
            f"Box {number} is {given[number].tolist()}: expected x1 < x2 and y1 < y2 with some of it inside the "
            f"{size_wh[0]}x{size_wh[1]} picture."
        )
    return clipped
