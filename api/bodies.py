"""Bodies of requests, limited before they are read: raw bytes, forms, JSON."""

from __future__ import annotations

import io
import json
import math
import shutil
from collections.abc import Iterable
from socket import socket
from typing import IO, Any, NoReturn

from flask import Request, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from api.options import shown
from api.problems import RequestError
from maskcore.errors import OptionError
from maskcore.imaging import BYTES_PER_MB

_NO_PICTURES = {  # what callers send in place of a picture, by its beginning; no kind of picture begins so
    b"{": "JSON",
    b"--": "a form",
    b"data:": "a data URL",
    b"/9j/": "base64 text",  # of a JPEG
    b"iVBORw0KGgo": "base64 text",  # of a PNG
}
FORM_OVERHEAD_BYTES = 64_000  # boundaries, headers and options around a picture
_LONGEST_REASON = 200


class LimitedRequest(Request):
    """A request whose uploads stay in memory: they are limited, and a picture must not lie on a disk.

    Attributes:
        is_film: Whether a film is uploaded, which no memory has room for: it goes to a file without a name.
        lent_socket: The connection, where the web server lends it; None where it does not.
    """

    is_film = False

    def __init__(self, environ: dict[str, Any], populate_request: bool = True, shallow: bool = False):
        super().__init__(environ, populate_request, shallow)
        self.lent_socket: socket | None = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.is_film:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        return io.BytesIO()


def read_raw(*, max_mb: float, how: str) -> bytes:
    """The body as it came, whatever its Content-Type.

    Args:
        max_mb: Most bytes, in millions.
        how: What to send; told where the body is empty, or something else.
    Raises:
        RequestError: It is empty, or a picture wrapped in something else.
        RequestEntityTooLarge: It is larger.
    """
    body = _read_body(int(max_mb * BYTES_PER_MB))
    if not body:
        raise RequestError("image-missing", f"The body is empty. {how}")
    for beginning, kind in _NO_PICTURES.items():
        if body.startswith(beginning):
            came = f"with the Content-Type {shown(request.mimetype)}" if request.mimetype else "without a Content-Type"
            raise RequestError("media-type", f"The body looks like {kind} and came {came}. {how}")
    return body


def read_form(*, max_mb: float, how: str) -> tuple[list[bytes], dict[str, Any]]:
    """The files of the fields `image`, at least one, and the other fields; see open_form."""
    files, fields = open_form("image", max_mb=max_mb, how=how)
    return [file.read() for file in files], fields


def open_form(field: str, *, max_mb: float, how: str) -> tuple[list[FileStorage], dict[str, Any]]:
    """The files of a field, at least one, and the other fields.

    Args:
        field: `image` or `film`.
        max_mb: Most bytes of all files together, in millions.
        how: What to send; told where there is no file.
    Raises:
        RequestError: The form cannot be read, or has no such file field.
        OptionError: A field came twice, or a file in another field.
        RequestEntityTooLarge: The form is larger.
    """
    if "boundary" not in request.mimetype_params:
        raise RequestError(
            "multipart",
            "The Content-Type multipart/form-data names no boundary. Let your HTTP client set this header by itself.",
        )
    request.max_content_length = int(max_mb * BYTES_PER_MB) + FORM_OVERHEAD_BYTES
    files, fields = request.files, request.form
    found = files.getlist(field)
    if not found:
        _refuse_form(field, [*files.keys(), *fields.keys()], how)
    for other in files.keys() - {field}:
        raise OptionError(f"{shown(other)} came as a file; expected files in `{field}` alone, and options as text.")
    return found, _once(fields.items(multi=True))


def copy_raw(target: IO[bytes], *, max_mb: float) -> None:
    """Copy the body as it comes, whatever its Content-Type, without holding it in memory.

    Args:
        target: Where to.
        max_mb: Most bytes, in millions.
    Raises:
        RequestEntityTooLarge: It is larger.
    """
    most_bytes = int(max_mb * BYTES_PER_MB)
    request.max_content_length = most_bytes + 1  # see _read_body
    shutil.copyfileobj(request.stream, target)
    if target.tell() > most_bytes:
        raise RequestEntityTooLarge


def read_json(*, max_mb: float, how: str) -> Any:
    """What the JSON body says.

    Args:
        max_mb: Most bytes of the pictures in it, in millions; as base64 they are 4/3 as long.
        how: What to send; told where the body is no JSON.
    Raises:
        RequestError: It is no JSON.
        OptionError: A member came twice.
        RequestEntityTooLarge: It is larger.
    """
    text = _read_body(math.ceil(max_mb * BYTES_PER_MB * 4 / 3) + FORM_OVERHEAD_BYTES)
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
    except RecursionError as error:
        raise RequestError("json", "The JSON is nested too deeply; expected one flat object.") from error
    except ValueError as error:
        raise RequestError("json", f"The body is no JSON: {str(error)[:_LONGEST_REASON]}. {how}") from error


def refuse_encoding() -> None:
    """Take no compressed body, whose size nobody knows before it is unpacked.

    Raises:
        RequestError: The body is compressed.
    """
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise RequestError("media-type", f"The body came with Content-Encoding {shown(encoding)}; send it without.")


def refuse_kind(how: str) -> NoReturn:
    """Refuse a body of a kind that is not taken, and tell what to send."""
    hint = ""
    if request.mimetype == "application/x-www-form-urlencoded":
        hint = " curl's -d and --data-binary send this unless -H 'Content-Type: …' names another."
    raise RequestError("media-type", f"The body's Content-Type is {shown(request.mimetype)}.{hint} {how}")


def _read_body(most_bytes: int) -> bytes:
    """The whole body; one byte more is let in, since werkzeug cuts a body without a length off without a word."""
    request.max_content_length = most_bytes + 1
    body = request.get_data(cache=False)
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    return body


def _refuse_form(field: str, names: list[str], how: str) -> NoReturn:
    hint = f" `{field}` came as text: send it as a file, with a file name." if field in names else ""
    came = ", ".join(shown(name) for name in names[:10]) or "no fields"
    raise RequestError(f"{field}-missing", f"Expected a file field `{field}` in the form, got {came}.{hint} {how}")


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise OptionError(f"{shown(name)} came twice. Give it once.")
        values[name] = value
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
