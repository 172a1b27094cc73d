"""What a caller wants seen, and how: one picture from any of three kinds of body, or many from two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from api.base64_text import decode_text
from api.bodies import read_form, read_json, read_raw, refuse_encoding, refuse_kind
from api.options import read_options, shown
from api.problems import RequestError
from api.schemas import BatchOptions, Options
from maskcore.settings import Settings

HOW = (
    "Send the picture as multipart/form-data with a file field `image`, as a raw body with Content-Type image/jpeg or "
    'application/octet-stream, or as application/json {"image": base64 or data URL}.'
)
HOW_MANY = (
    "Send the pictures as multipart/form-data with a file field `image` for each, or as application/json "
    '{"images": [base64 or data URL, …]}.'
)


@dataclass(frozen=True, slots=True)
class DetectRequest:
    """An encoded picture and how to look at it."""

    picture: bytes
    options: Options


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """Encoded pictures, or why one of them cannot be had, and how to look at them."""

    pictures: list[bytes | RequestError]
    options: BatchOptions


def read_detect_request(settings: Settings) -> DetectRequest:
    """Read the current request; nothing larger than the setting allows is taken into memory.

    Raises:
        RequestError: The body is not as described in HOW.
        OptionError: An unknown option, one of another type, or one given twice.
        RequestEntityTooLarge: The body is larger than a picture can be.
    """
    refuse_encoding()
    limit_mb, kind = settings.max_image_mb, request.mimetype
    given: dict[str, Any] = {}
    if kind == "multipart/form-data":
        files, given = read_form(max_mb=limit_mb, how=HOW)
        if len(files) > 1:
            raise RequestError(
                "image-missing",
                f"Expected one file field `image`, got {len(files)}. Send one picture a call, or use /v1/batch.",
            )
        picture = files[0]
    elif request.is_json:
        given = _as_object(read_json(max_mb=limit_mb, how=HOW), '{"image": …}')
        picture = decode_text(given.pop("image", None))
    elif kind in ("", "application/octet-stream") or kind.startswith("image/"):
        picture = read_raw(max_mb=limit_mb, how=HOW)
    else:
        refuse_kind(HOW)
    return DetectRequest(picture, read_options(Options, request.args.items(multi=True), given))


def read_batch_request(settings: Settings) -> BatchRequest:
    """Read the current request; nothing larger than the settings allow is taken into memory.

    A picture whose base64 cannot be read spoils no other: its RequestError stands in its place.

    Raises:
        RequestError: The body is not as described in HOW_MANY, or has too many pictures.
        OptionError: An unknown option, one of another type, or one given twice.
        RequestEntityTooLarge: The body is larger than the pictures together may be.
    """
    refuse_encoding()
    limit_mb = settings.max_batch_mb
    pictures: list[Any]
    if request.mimetype == "multipart/form-data":
        files, given = read_form(max_mb=limit_mb, how=HOW_MANY)
        _check_count(files, settings.max_batch_images)
        pictures = list(files)
    elif request.is_json:
        texts, given = _listed(read_json(max_mb=limit_mb, how=HOW_MANY))
        _check_count(texts, settings.max_batch_images)
        pictures = [_decode_or_tell(text) for text in texts]
    else:
        refuse_kind(HOW_MANY)
    return BatchRequest(pictures, read_options(BatchOptions, request.args.items(multi=True), given))


def _as_object(body: Any, expected: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise RequestError("json", f"Expected a JSON object {expected}, got {shown(body)}.")
    return body


def _listed(body: Any) -> tuple[list[Any], dict[str, Any]]:
    """The pictures' texts and the members beside them; a bare list has none."""
    given = {"images": body} if isinstance(body, list) else _as_object(body, '{"images": […]}')
    texts = given.pop("images", None)
    if not isinstance(texts, list) or not texts:
        came = "none" if texts is None else shown(texts)
        raise RequestError("image-missing", f"Expected a list under the key `images`, got {came}. {HOW_MANY}")
    return texts, given


def _check_count(pictures: list[Any], most: int) -> None:
    if len(pictures) > most:
        raise RequestError(
            "batch-too-large", f"Expected at most {most} pictures a call, got {len(pictures)}. Send several calls."
        )


def _decode_or_tell(text: object) -> bytes | RequestError:
    try:
        return decode_text(text)
    except RequestError as error:
        return error
