"""What came in: the picture's bytes and the options, from any of the three kinds of body."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import Request, request
from werkzeug.exceptions import RequestEntityTooLarge

from api.problems import RequestError
from api.schemas import Options
from maskcore.errors import OptionError
from maskcore.imaging import BYTES_PER_MB

FORM_OVERHEAD_BYTES = 64_000  # boundaries, headers and options around a picture
LARGEST_NUMBER = 2**53  # beyond it, JSON numbers are not exact everywhere
HOW = (
    "Send the picture as multipart/form-data with a file field `image`, as a raw body with Content-Type image/jpeg or "
    'application/octet-stream, or as application/json {"image": base64 or data URL}.'
)
_EXPECTED = {"input_size": "a whole number", "min_score": "a number", "max_faces": "a whole number"}


class InMemoryRequest(Request):
    """A request whose uploads stay in memory: they are limited, and a picture must not lie on a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> io.BytesIO:
        return io.BytesIO()


@dataclass(frozen=True, slots=True)
class DetectRequest:
    """An encoded picture and how to look at it."""

    picture: bytes
    options: Options


def read_detect_request(*, max_mb: float) -> DetectRequest:
    """Read the current request; nothing larger than the limit is taken into memory.

    Args:
        max_mb: Most bytes of the encoded picture, in millions; base64 may be 4/3 as long.
    Raises:
        RequestError: The body is not as described in HOW.
        OptionError: An unknown option, one that is no number, or one given twice.
        RequestEntityTooLarge: The body is larger than such a picture can be.
    """
    _refuse_encoded_body()
    kind = request.mimetype
    if kind == "multipart/form-data":
        picture, given = _read_form(max_mb)
    elif request.is_json:
        picture, given = _read_json(max_mb)
    elif kind in ("", "application/octet-stream") or kind.startswith("image/"):
        picture, given = read_raw(max_mb=max_mb), {}
    else:
        _refuse_kind(kind)
    return DetectRequest(picture, read_options(request.args.items(multi=True), given))


def read_raw(*, max_mb: float) -> bytes:
    """The body as it came, whatever its Content-Type.

    Raises:
        RequestError: It is empty.
        RequestEntityTooLarge: It is larger than `max_mb` million bytes.
    """
    body = _read_body(int(max_mb * BYTES_PER_MB))
    if not body:
        raise RequestError("image-missing", f"The body is empty. {HOW}")
    return body


def _read_body(most_bytes: int) -> bytes:
    """The whole body; one byte more is let in, since werkzeug cuts a body without a length off without a word."""
    request.max_content_length = most_bytes + 1
    body = request.get_data(cache=False)
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    return body


def read_options(query: Iterable[tuple[str, str]], body: Mapping[str, Any]) -> Options:
    """Merge options of the query string with those of the body; numbers may be written as text.

    Raises:
        OptionError: An unknown option, one that is no number, or one given twice.
    """
    values: dict[str, Any] = {}
    for name, value in [*query, *body.items()]:
        if name not in _EXPECTED:
            raise OptionError(f"{_shown(name)} is no option; expected {', '.join(_EXPECTED)}. Remove or correct it.")
        if name in values:
            raise OptionError(f"{name} came twice. Give it once, in the query string or in the body.")
        values[name] = _number(name, value)
    return Options(**values)


def _number(name: str, value: Any) -> float | int | None:
    """A JSON number, null, or a number written as text."""
    if value is None:
        return None
    whole = name != "min_score"
    number: Any = _parse(value) if isinstance(value, str) else value
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not abs(number) < LARGEST_NUMBER or (whole and number != int(number)):
        raise OptionError(f"{name} must be {_EXPECTED[name]}; got {_shown(value)}. Leave it out for the usual value.")
    return int(number) if whole else float(number)


def _parse(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _read_form(max_mb: float) -> tuple[bytes, dict[str, Any]]:
    if "boundary" not in request.mimetype_params:
        raise RequestError(
            "multipart",
            "The Content-Type multipart/form-data names no boundary. Let your HTTP client set this header by itself.",
        )
    request.max_content_length = int(max_mb * BYTES_PER_MB) + FORM_OVERHEAD_BYTES
    files, fields = request.files, request.form
    found = files.getlist("image")
    if len(found) != 1:
        _refuse_form([*files.keys(), *fields.keys()], count=len(found))
    return found[0].read(), _single(fields.items(multi=True))


def _refuse_form(names: list[str], *, count: int) -> NoReturn:
    if count > 1:
        raise RequestError("image-missing", f"Expected one file field `image`, got {count}. Send one picture a call.")
    hint = " `image` came as text: send it as a file, with a file name." if "image" in names else ""
    came = ", ".join(_shown(name) for name in names[:10]) or "no fields"
    raise RequestError("image-missing", f"Expected a file field `image` in the form, got {came}.{hint} {HOW}")


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Form fields as a mapping; a browser's empty field counts as not given."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise OptionError(f"{_shown(name)} came twice. Give it once.")
        values[name] = value or None
    return values


def _read_json(max_mb: float) -> tuple[bytes, dict[str, Any]]:
    text = _read_body(math.ceil(max_mb * BYTES_PER_MB * 4 / 3) + FORM_OVERHEAD_BYTES)
    try:
        body = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise RequestError("json", "The JSON is nested too deeply; expected one flat object.") from error
    except ValueError as error:
        raise RequestError("json", f"The body is no JSON: {str(error)[:200]}. {HOW}") from error
    if not isinstance(body, dict):
        raise RequestError("json", f'Expected a JSON object {{"image": …}}, got {_shown(body)}.')
    image = body.pop("image", None)
    if not isinstance(image, str) or not image:
        came = "none" if image is None else _shown(image)
        raise RequestError("image-missing", f"Expected base64 text or a data URL under the key `image`, got {came}.")
    return decode_text(image), body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def decode_text(text: str) -> bytes:
    """The bytes of base64 text or of a data URL (RFC 2397); line breaks are allowed.

    Raises:
        RequestError: It is neither.
    """
    if text[:5].lower() == "data:":
        head, comma, text = text.partition(",")
        if not comma or not head.lower().endswith(";base64"):
            raise RequestError("base64", f"Expected data:image/…;base64,… got {_shown(head)}.")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise RequestError(
            "base64", f"`image` is no base64: {error}. Expected the letters A-Z a-z 0-9 + / and = at the end."
        ) from error


def _refuse_encoded_body() -> None:
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise RequestError("media-type", f"The body came with Content-Encoding {_shown(encoding)}; send it without.")


def _refuse_kind(kind: str) -> NoReturn:
    hint = ""
    if kind == "application/x-www-form-urlencoded":
        hint = " curl's --data-binary sends this unless told otherwise: add -H 'Content-Type: image/jpeg'."
    raise RequestError("media-type", f"The body's Content-Type is {_shown(kind)}.{hint} {HOW}")


def _shown(value: object) -> str:
    """A value as it came, short enough for a sentence."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
