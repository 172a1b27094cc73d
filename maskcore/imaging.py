"""The one door for pictures: sniff, limit, decode, turn upright, encode.

The order is the protection: first the number of bytes, then the kind by its first bytes, then the width and height
from the header, and only then is a pixel decoded. Pillow's readers are called by their class, not by Image.open: that
tries no other format, and the limit on pixels stays ours alone.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from maskcore.errors import ImageDecodeError, ImageFormatError, ImageTooLargeError
from maskcore.formats import ACCEPTED, sniff

BYTES_PER_MB = 1_000_000
EXIF_ORIENTATION = 0x0112
MAX_JPEG_SCANS = 100  # a camera writes 1, a progressive file about 10; thousands keep a processor busy for minutes
JPEG_LONGEST = 65_500  # pixels a side, by libjpeg
_SCAN, _END = b"\xda", b"\xd9"  # second bytes of JPEG's markers (ITU-T T.81, table B.1)
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")  # but those that stand alone, without a length

# All that a reader may raise on damaged bytes. They document none of it; the list grew from fuzzing.
_READER_TROUBLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    cv2.error,
    Warning,  # only where the interpreter was told to turn warnings into errors
)


def decode_image(data: bytes, *, max_mb: float, max_megapixels: float) -> NDArray[np.uint8]:
    """Decode a picture, upright, in colour, whatever its kind.

    Grey becomes three equal channels, 16 bits become 8, transparency is laid on white, and of an animation the first
    frame is taken.

    Args:
        data: The whole file: JPEG, PNG, WebP, BMP or HEIC.
        max_mb: Most bytes, in millions.
        max_megapixels: Most pixels, in millions; checked in the header, before decoding.
    Returns:
        (H, W, 3) uint8, BGR, with the EXIF orientation applied.
    Raises:
        ImageTooLargeError: More bytes or pixels than allowed.
        ImageFormatError: A file of another kind.
        ImageDecodeError: Empty, damaged, cut short or not a picture.
    """
    _check_bytes(len(data), max_mb)
    kind = sniff(data)
    if kind not in _READERS:
        article = "an" if kind[0] in "AISi" else "a"  # as it is spoken
        raise ImageFormatError(
            f"This is {article} {kind} file; expected {ACCEPTED}. Save or export it as one of these."
        )
    try:
        if kind == "JPEG" and _has_many_scans(data):
            raise ImageDecodeError(f"The JPEG has more than {MAX_JPEG_SCANS} scans. Save the picture again.")
        if kind == "WEBP":  # its reader makes room for the whole canvas when it opens the file
            _check_pixels(_webp_size(data), max_megapixels)
        picture = _READERS[kind](io.BytesIO(data))
        _check_pixels(picture.size, max_megapixels)
        image_bgr = _decode_jpeg(data, picture) if kind == "JPEG" else _to_bgr(picture)
        orientation = 1 if kind == "HEIC" else _orientation(picture)  # the HEIC reader turns the picture itself
    except _READER_TROUBLE as error:
        raise ImageDecodeError(
            f"The {kind} file is damaged or cut short ({_reason(error)}); expected a whole {ACCEPTED} file. "
            "Send the original file again."
        ) from error
    height, width = image_bgr.shape[:2]
    _check_pixels((width, height), max_megapixels)
    return _turn_upright(image_bgr, orientation)


def load_image(path: Path | str, *, max_mb: float, max_megapixels: float) -> NDArray[np.uint8]:
    """Read and decode a picture file; arguments, result and errors as of `decode_image`.

    Raises:
        InputError: As `decode_image`; the message begins with the path.
    """
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            next(path.iterdir(), None)  # where that is not allowed, it is said
        if not stat.S_ISREG(status.st_mode):
            raise ImageDecodeError(f"{path}: not a file; expected the path of a {ACCEPTED} file.")
        _check_bytes(status.st_size, max_mb)
        return decode_image(path.read_bytes(), max_mb=max_mb, max_megapixels=max_megapixels)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ImageDecodeError(f"{path}: cannot be opened, {reason}. Check the path and its permissions.") from error
    except ValueError as error:  # a null character in the path
        raise ImageDecodeError(f"{str(path)!r}: cannot be opened, {error}. Check the path.") from error
    except (ImageDecodeError, ImageFormatError, ImageTooLargeError) as error:
        if str(error).startswith(f"{path}: "):
            raise
        raise type(error)(f"{path}: {error}") from error


def encode_png(image_bgr: NDArray[np.uint8]) -> bytes:
    """The picture, (H, W, 3) uint8 BGR, as a PNG file without loss."""
    return _encode(".png", image_bgr, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def encode_jpeg(image_bgr: NDArray[np.uint8], *, quality: int = 90) -> bytes:
    """The picture, (H, W, 3) uint8 BGR, as a JPEG file of a quality from 1 to 100.

    Raises:
        ImageTooLargeError: A side has more pixels than a JPEG file can hold.
    """
    height, width = image_bgr.shape[:2]
    if max(width, height) > JPEG_LONGEST:
        raise ImageTooLargeError(
            f"The picture is {width} × {height} pixels; a JPEG file holds at most {JPEG_LONGEST} a side. Make the "
            "picture smaller, or ask for PNG."
        )
    return _encode(".jpg", image_bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])


def _open_heic(file: io.BytesIO) -> ImageFile.ImageFile:
    from pillow_heif import HeifImageFile  # loads the HEVC decoder, which few processes need

    picture: ImageFile.ImageFile = HeifImageFile(file)  # type: ignore[no-untyped-call]
    return picture


_READERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "BMP": BmpImageFile,
    "HEIC": _open_heic,
}


def _check_bytes(count: int, max_mb: float) -> None:
    if count > max_mb * BYTES_PER_MB:
        raise ImageTooLargeError(
            f"The file has {count / BYTES_PER_MB:.2f} MB; at most {max_mb:g} MB are accepted. "
            "Make the picture smaller, or save it as JPEG."
        )


def _check_pixels(size_wh: tuple[int, int], max_megapixels: float) -> None:
    width, height = size_wh
    if width < 1 or height < 1:
        raise ImageDecodeError(f"The picture is {width} × {height} pixels; expected at least 1 × 1.")
    if width * height > max_megapixels * 1e6:
        raise ImageTooLargeError(
            f"The picture has {width} × {height} = {width * height / 1e6:.1f} megapixels; at most "
            f"{max_megapixels:g} are accepted. Make the picture smaller."
        )


def _has_many_scans(data: bytes) -> bool:
    """Whether a JPEG file has more than MAX_JPEG_SCANS; its notes, and a phone's film behind it, hold none."""
    if data.count(b"\xff" + _SCAN) <= MAX_JPEG_SCANS:  # as nearly always, and told in a fraction of the time
        return False
    scans, at = 0, 0
    while (marker := _MARKER.search(data, at)) and marker[1] != _END:
        scans += marker[1] == _SCAN
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return scans > MAX_JPEG_SCANS


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height from the header of a WebP file (RFC 9649, section 2)."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no size in the header")


def _decode_jpeg(data: bytes, picture: ImageFile.ImageFile) -> NDArray[np.uint8]:
    """The way of webcam frames: OpenCV needs half of Pillow's time, but knows nothing of CMYK."""
    if picture.mode not in ("RGB", "L"):
        return _to_bgr(picture)
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image_bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    return _to_bgr(picture) if image_bgr is None else np.asarray(image_bgr, np.uint8)


def _to_bgr(picture: Image.Image) -> NDArray[np.uint8]:
    picture.load()
    if picture.mode.startswith("I"):  # 16 bits in one channel; Pillow's own conversion cuts off instead of scaling
        grey = np.clip(np.asarray(picture).astype(np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    if picture.has_transparency_data:
        above = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", above.size, "white"), above)
    return np.asarray(cv2.cvtColor(np.asarray(picture.convert("RGB")), cv2.COLOR_RGB2BGR), np.uint8)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(EXIF_ORIENTATION, 1))
    except _READER_TROUBLE:
        return 1  # damaged notes about a picture are no reason to refuse the picture


def _turn_upright(image_bgr: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo one of the eight EXIF orientations (Exif 2.32, tag 274); 5 to 8 lie on their side."""
    turned = image_bgr.transpose(1, 0, 2) if orientation in (5, 6, 7, 8) else image_bgr
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def _reason(error: BaseException) -> str:
    """What the reader said, short enough for a sentence."""
    said = str(error).strip().splitlines()
    return said[0][:100] if said else type(error).__name__


def _encode(suffix: str, image_bgr: NDArray[np.uint8], options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, image_bgr, options)
    if not done:
        raise ValueError(f"A picture of shape {image_bgr.shape} and type {image_bgr.dtype} cannot be encoded.")
    return data.tobytes()
