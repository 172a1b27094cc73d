"""Pictures on disk: which files are pictures, and how large they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PIL import ExifTags, Image

from training.data.table import Problem

ENCODING = "utf-8-sig"  # of lists of labels: some editors begin a file with a byte order mark, no part of a name
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
PARTS = {  # of a set, by the names of their folders
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
TURN = Image.Transpose
UPRIGHT = {  # how a picture of each EXIF orientation is turned
    2: TURN.FLIP_LEFT_RIGHT, 3: TURN.ROTATE_180, 4: TURN.FLIP_TOP_BOTTOM,
    5: TURN.TRANSPOSE, 6: TURN.ROTATE_270, 7: TURN.TRANSVERSE, 8: TURN.ROTATE_90,
}  # fmt: skip
LYING = (5, 6, 7, 8)  # those of them that swap width and height


def is_picture(path: Path) -> bool:
    """Whether the name is that of a picture; macOS leaves files such as ._1.jpg beside the real ones."""
    return path.suffix.lower() in PICTURES and not path.name.startswith(".")


def part_of(path: Path) -> str | None:
    """The part of a set that a path's folders name: train, val or test."""
    return next((PARTS[name.lower()] for name in path.parts[:-1] if name.lower() in PARTS), None)


def measure(path: Path, *, problems: list[Problem]) -> dict | None:
    """The columns image, width and height of a picture as it is seen, EXIF rotation applied.

    Args:
        path: The picture.
        problems: Where it cannot be read, that is added here.
    Returns:
        The columns, sizes in pixels; None where the file is no picture.
    """
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            if _orientation(picture) in LYING:
                width, height = height, width
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        problems.append(Problem(path.name, f"cannot be read as a picture ({type(error).__name__})", "left out"))
        return None
    return {"image": str(path.resolve()), "width": width, "height": height}


def upright(picture: Image.Image) -> Image.Image:
    """The picture as it is seen; unlike Pillow's own way it writes no notes anew, at which odd ones break."""
    turn = UPRIGHT.get(_orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def _orientation(picture: Image.Image) -> int:
    exif = Image.Exif()
    if picture.format == "PNG":  # getexif() would decode all of a PNG, for EXIF may come last; it hardly ever does
        exif.load(picture.info.get("exif", b""))
    else:
        exif = picture.getexif()
    return exif.get(ExifTags.Base.Orientation, 1)


def report_strangers(paths: Iterable[Path], *, problems: list[Problem]) -> None:
    """Add a problem for each file that is of no kind of picture; hidden files are passed over."""
    for path in sorted(paths):
        if path.is_file() and not path.name.startswith(".") and not is_picture(path):
            kinds = ", ".join(kind[1:] for kind in PICTURES)
            problems.append(Problem(path.name, f"is of no kind that is read ({kinds})", "left out"))
