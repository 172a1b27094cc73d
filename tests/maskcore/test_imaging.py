"""The one door for pictures: every accepted kind comes out upright and in colour, everything else is an InputError."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from maskcore.errors import ImageDecodeError, ImageFormatError, ImageTooLargeError, InputError
from maskcore.formats import SUFFIXES, sniff
from maskcore.imaging import decode_image, encode_jpeg, encode_png, load_image
from tests.factories import make_picture

EXIF_ORIENTATION = 0x0112
SIZE = (96, 64)


def decode(data: bytes, *, max_mb: float = 10, max_megapixels: float = 25) -> NDArray[np.uint8]:
    return decode_image(data, max_mb=max_mb, max_megapixels=max_megapixels)


def rgb_picture(size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(make_picture(size)[:, :, ::-1]))


def save(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.encode(picture.mode, picture.size, picture.tobytes(), file, **({"quality": -1} | options))
    else:
        picture.save(file, kind, **options)
    return file.getvalue()


def difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    assert a.shape == b.shape
    return float(np.abs(a.astype(int) - b.astype(int)).mean())


COLOUR_FILES = {
    "png": ("PNG", {}),
    "jpeg": ("JPEG", {"quality": 95}),
    "jpeg progressive": ("JPEG", {"quality": 95, "progressive": True}),
    "webp": ("WEBP", {"quality": 95}),
    "webp lossless": ("WEBP", {"lossless": True}),
    "bmp": ("BMP", {}),
    "heic": ("HEIF", {}),
}


@pytest.mark.parametrize(("kind", "options"), COLOUR_FILES.values(), ids=COLOUR_FILES.keys())
def test_every_accepted_kind_gives_the_same_bgr_picture(kind: str, options: dict[str, object]) -> None:
    image_bgr = decode(save(rgb_picture(), kind, **options))
    assert image_bgr.dtype == np.uint8
    assert image_bgr.flags.c_contiguous and image_bgr.flags.writeable
    assert difference(image_bgr, make_picture(SIZE)) < 4


MODES = {
    "grey png": ("L", "PNG", {}),
    "grey jpeg": ("L", "JPEG", {"quality": 95}),
    "palette png": ("P", "PNG", {}),
    "palette bmp": ("P", "BMP", {}),
    "cmyk jpeg": ("CMYK", "JPEG", {"quality": 95}),
    "black and white png": ("1", "PNG", {}),
    "grey and alpha png": ("LA", "PNG", {}),
    "alpha webp": ("RGBA", "WEBP", {"lossless": True}),
    "alpha bmp": ("RGBA", "BMP", {}),
    "alpha heic": ("RGBA", "HEIF", {}),
}


@pytest.mark.parametrize(("mode", "kind", "options"), MODES.values(), ids=MODES.keys())
def test_every_colour_mode_becomes_three_channels(mode: str, kind: str, options: dict[str, object]) -> None:
    picture = rgb_picture().convert(mode)
    expected = np.asarray(picture.convert("RGB"))[:, :, ::-1]
    assert difference(decode(save(picture, kind, **options)), expected) < 4


@pytest.mark.parametrize("channels", [1, 3, 4], ids=["grey", "colour", "colour and alpha"])
def test_sixteen_bits_are_scaled_not_cut_off(channels: int) -> None:
    image_bgr = make_picture(SIZE)
    if channels == 1:
        image_bgr = np.repeat(image_bgr[:, :, :1], 3, axis=2)
    deep = image_bgr.astype(np.uint16) * 257
    if channels == 4:
        deep = np.dstack([deep, np.full(deep.shape[:2], 65535, np.uint16)])
    data = cv2.imencode(".png", deep[:, :, 0] if channels == 1 else deep)[1].tobytes()
    assert difference(decode(data), image_bgr) <= 1


def test_transparency_is_laid_on_white() -> None:
    picture = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert decode(save(picture, "PNG")).min() == 255


def test_a_transparent_palette_colour_is_laid_on_white() -> None:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert decode(save(picture, "PNG", transparency=0)).min() == 255


def test_of_an_animation_the_first_frame_is_taken() -> None:
    red, green = Image.new("RGB", SIZE, "red"), Image.new("RGB", SIZE, "lime")
    data = save(red, "WEBP", save_all=True, append_images=[green], lossless=True)
    assert decode(data)[5, 5].tolist() == [0, 0, 255]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_comes_out_upright_for_every_exif_orientation(kind: str, orientation: int) -> None:
    turn_away = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    upright = rgb_picture()
    stored = upright if turn_away is None else upright.transpose(turn_away)
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(kind, {})
    assert difference(decode(save(stored, kind, exif=exif.tobytes(), **options)), make_picture(SIZE)) < 4


@pytest.mark.filterwarnings("ignore")  # Pillow warns of the damaged EXIF block, which is what is given here
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0MM\0*\0\0\0\x08\0\x05junk", b"Exif\0\0" + b"\xff" * 40], ids=["cut", "noise"]
)
def test_damaged_exif_does_not_cost_the_picture(exif: bytes) -> None:
    data = save(rgb_picture(), "JPEG", exif=exif, quality=95)
    assert difference(decode(data), make_picture(SIZE)) < 4


def test_a_jpeg_with_a_second_picture_inside_is_read() -> None:
    data = save(rgb_picture(), "MPO", save_all=True, append_images=[rgb_picture()], quality=95)
    assert difference(decode(data), make_picture(SIZE)) < 4


OTHER_FILES = {
    "GIF": save(rgb_picture().convert("P"), "GIF"),
    "TIFF": save(rgb_picture(), "TIFF"),
    "PDF": save(rgb_picture(), "PDF"),
    "JPEG 2000": save(rgb_picture(), "JPEG2000"),
    "AVIF": save(rgb_picture(), "AVIF"),
    "SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "web page (HTML)": b"\n<!DOCTYPE html><html><body>404</body></html>",
    "ZIP": b"PK\x03\x04" + bytes(30),
    "video (MP4 or MOV)": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    "icon (ICO)": save(rgb_picture(), "ICO"),
}


@pytest.mark.parametrize(("kind", "data"), OTHER_FILES.items(), ids=OTHER_FILES.keys())
def test_another_kind_is_named_together_with_what_is_accepted(kind: str, data: bytes) -> None:
    with pytest.raises(ImageFormatError) as raised:
        decode(data)
    article = "an" if kind in ("AVIF", "SVG", "icon (ICO)") else "a"
    assert f"This is {article} {kind} file" in str(raised.value)
    assert "expected JPEG, PNG, WebP, BMP or HEIC" in str(raised.value)


@pytest.mark.parametrize(("kind", "options"), COLOUR_FILES.values(), ids=COLOUR_FILES.keys())
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_file_cut_short_is_told(kind: str, options: dict[str, object], share: float) -> None:
    data = save(rgb_picture(), kind, **options)
    with pytest.raises(ImageDecodeError, match="expected"):
        decode(data[: max(1, int(len(data) * share))])


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"hello", b"BM", b"RIFF\0\0\0\0WEBP"], ids=repr)
def test_empty_and_meaningless_bytes_are_told(data: bytes) -> None:
    with pytest.raises(ImageDecodeError, match="expected"):
        decode(data)


def test_too_many_bytes_are_told_with_both_numbers() -> None:
    with pytest.raises(ImageTooLargeError, match=r"3\.00 MB; at most 2\.5 MB"):
        decode(bytes(3_000_000), max_mb=2.5)


@pytest.mark.parametrize(("kind", "options"), COLOUR_FILES.values(), ids=COLOUR_FILES.keys())
def test_too_many_pixels_are_told_with_both_numbers(kind: str, options: dict[str, object]) -> None:
    with pytest.raises(ImageTooLargeError, match=r"96 × 64 = 0\.0 megapixels; at most 0\.001 are"):
        decode(save(rgb_picture(), kind, **options), max_megapixels=0.001)


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


BOMBS = {
    "png": png_header(60_000, 60_000),
    "bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 1000, 0, 0, 54, 40, 50_000, 50_000, 1, 24, 0, 0, 0, 0, 0, 0),
    "webp": b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (16_382).to_bytes(3, "little") * 2 + bytes(8),
    "jpeg": bytes.fromhex("ffd8ffc0001108fffffff0030122000211010311 01".replace(" ", "")) + bytes(50),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_by_its_header(data: bytes) -> None:
    with pytest.raises(ImageTooLargeError, match="megapixels"):
        decode(data)


def test_a_jpeg_with_thousands_of_scans_is_refused_before_decoding() -> None:
    data = save(rgb_picture(), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    with pytest.raises(ImageDecodeError, match="scans"):
        decode(data[:start] + data[start:-2] * 200 + data[-2:])


def test_a_film_behind_a_photograph_is_no_scan_of_it() -> None:
    photograph = save(rgb_picture(), "JPEG", quality=95, exif=b"Exif\0\0" + b"\xff\xda" * 200)
    assert difference(decode(photograph + b"\xff\xda" * 200), make_picture(SIZE)) < 4


def test_load_image_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "with space.png"
    path.write_bytes(save(rgb_picture(), "PNG"))
    for named in (path, str(path)):
        assert np.array_equal(load_image(named, max_mb=1, max_megapixels=1), make_picture(SIZE))


@pytest.mark.parametrize("trouble", ["missing", "folder", "empty", "text", "large", "null character"])
def test_load_image_names_the_file(tmp_path: Path, trouble: str) -> None:
    path = tmp_path / ("a\0b" if trouble == "null character" else trouble)
    if trouble == "folder":
        path.mkdir()
    elif trouble in ("empty", "text", "large"):
        path.write_bytes({"empty": b"", "text": b"hello", "large": bytes(2_000_000)}[trouble])
    with pytest.raises(InputError) as raised:
        load_image(path, max_mb=1, max_megapixels=1)
    assert str(path) in str(raised.value) or repr(str(path)) in str(raised.value)
    assert str(raised.value).count(str(tmp_path)) == 1


def test_a_folder_that_may_not_be_looked_into_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(ImageDecodeError, match="cannot be opened, permission denied"):
        load_image(tmp_path, max_mb=1, max_megapixels=1)


def test_png_keeps_every_pixel() -> None:
    assert np.array_equal(decode(encode_png(make_picture())), make_picture())


def test_jpeg_quality_changes_the_size() -> None:
    assert sniff(encode_jpeg(make_picture())) == "JPEG"
    assert len(encode_jpeg(make_picture(), quality=20)) < len(encode_jpeg(make_picture(), quality=95))


def test_what_no_jpeg_can_hold_is_told_and_a_png_holds_it() -> None:
    line = np.zeros((1, 65_501, 3), np.uint8)
    with pytest.raises(ImageTooLargeError, match=r"65501 × 1 pixels.*65500"):
        encode_jpeg(line)
    assert encode_png(line) and encode_jpeg(line[:, 1:])


def test_suffixes_cover_what_is_accepted() -> None:
    assert {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".heic"} <= SUFFIXES


def test_opencvs_own_limit_is_set_before_it_is_imported() -> None:
    code = """
import sys, maskcore, cv2, numpy
try:
    cv2.imdecode(numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8), cv2.IMREAD_COLOR)
except cv2.error as error:
    print(error)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENCV_")}
    bomb = png_header(30_000, 20_001)  # less than the limit that OpenCV has by itself
    done = subprocess.run([sys.executable, "-c", code], input=bomb, capture_output=True, env=environment, check=True)
    assert b"CV_IO_MAX_IMAGE_PIXELS" in done.stdout


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_give_a_picture_or_an_input_error(data: bytes) -> None:
    _decode_or_refuse(data)


SEEDS = [save(rgb_picture((24, 16)), kind, **options) for kind, options in COLOUR_FILES.values()]


@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=300)
def test_a_damaged_file_gives_a_picture_or_an_input_error(seed: bytes, chance: random.Random, changes: int) -> None:
    data = bytearray(seed)
    for _ in range(changes):
        at = chance.randrange(len(data))
        if chance.random() < 0.7:
            data[at] = chance.randrange(256)
        elif chance.random() < 0.5:
            del data[at : at + chance.randrange(1, 20)]
        else:
            data[at:at] = chance.randbytes(chance.randrange(1, 20))
        if not data:
            break
    _decode_or_refuse(bytes(data))


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]))
@settings(max_examples=50)
def test_noise_behind_a_true_signature_is_an_input_error(signature: bytes) -> None:
    with pytest.raises(InputError):
        decode(signature + random.Random(len(signature)).randbytes(200))


def _decode_or_refuse(data: bytes) -> None:
    try:
        image_bgr = decode(data, max_megapixels=1)
    except InputError as error:
        assert str(error)
    else:
        assert image_bgr.dtype == np.uint8 and image_bgr.ndim == 3 and image_bgr.shape[2] == 3
