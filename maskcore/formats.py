"""What kind of file some bytes are, by their beginning; a file's name is not believed."""

from __future__ import annotations

from maskcore.errors import ImageDecodeError

ACCEPTED = "JPEG, PNG, WebP, BMP or HEIC"
SUFFIXES = frozenset({".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp", ".heic", ".heif"})

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"BM", "BMP"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"\x00\x00\x01\x00", "icon (ICO)"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1aE\xdf\xa3", "video (WebM or Matroska)"),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})


def sniff(data: bytes) -> str:
    """The kind of a file by its first bytes: JPEG, PNG, WEBP, BMP, HEIC, or another that is known by name.

    Raises:
        ImageDecodeError: Empty, or no kind that is known.
    """
    if not data:
        raise ImageDecodeError(f"The file is empty; expected a {ACCEPTED} file. Choose the picture again.")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _sniff_brands(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text and text.startswith(b"<"):
        return "SVG"
    if text.startswith((b"<!doctype html", b"<html")):
        return "web page (HTML)"
    raise ImageDecodeError(f"These bytes are not a picture; expected a {ACCEPTED} file. Choose another file.")


def _sniff_brands(data: bytes) -> str:
    """The kind of an ISO media file, which names its brands at the start: HEIC, AVIF or a video."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, length, 4)}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if brands & _HEIC_BRANDS or data[8:12] in (b"mif1", b"msf1"):
        return "HEIC"
    return "video (MP4 or MOV)"
