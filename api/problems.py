"""Every error as RFC 9457 tells problems: which status, which stable type, and what to do.

https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.exceptions import HTTPException

from maskcore.errors import (
    ImageDecodeError,
    ImageFormatError,
    ImageTooLargeError,
    InputError,
    MaskcoreError,
    ModelError,
    ModelMismatchError,
    ModelMissingError,
    OptionError,
    SettingsError,
    StoreError,
    VideoDecodeError,
)

PROBLEM_JSON = "application/problem+json"
TYPE_PREFIX = "/problems/"

# A test proves that every class of maskcore.errors is here.
STATUS_BY_ERROR: Mapping[type[MaskcoreError], int] = {
    MaskcoreError: 500,
    InputError: 422,
    ImageDecodeError: 422,
    VideoDecodeError: 422,
    ImageFormatError: 415,
    ImageTooLargeError: 413,
    OptionError: 422,
    ModelError: 503,
    ModelMissingError: 503,
    ModelMismatchError: 503,
    SettingsError: 500,
    StoreError: 503,
}

# Trouble with the request itself, and with jobs.
_REQUEST_PROBLEMS: Mapping[str, tuple[int, str]] = {
    "json": (400, "The JSON cannot be read"),
    "base64": (400, "The base64 text cannot be read"),
    "multipart": (400, "The form cannot be read"),
    "image-missing": (422, "There is no picture in the request"),
    "film-missing": (422, "There is no film in the request"),
    "media-type": (415, "This kind of body is not accepted"),
    "socket": (400, "This is no WebSocket"),
    "batch-too-large": (413, "There are too many pictures in the request"),
    "job-gone": (404, "There is no such job"),
    "job-unfinished": (409, "The job is not done"),
    "job-interrupted": (503, "The work was interrupted"),
}

# What Flask answers by itself.
_HTTP_PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be read"),
    401: ("key", "An API key is needed"),
    403: ("origin", "Another site's page may not call this"),
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "This address takes another method"),
    408: ("body-cut", "The body did not come whole"),
    413: ("body-too-large", "The body is too large"),
    414: ("address-too-long", "The address is too long"),
    415: ("media-type", "This kind of body is not accepted"),
    416: ("range", "There is no such part"),
    429: ("rate-limit", "Too many calls"),
    431: ("headers-too-large", "The headers are too large"),
    500: ("internal", "The server failed"),
    503: ("busy", "The server has too much to do"),
}


class RequestError(Exception):
    """The request cannot be answered as it came.

    Args:
        slug: A key of the table above.
        detail: What was expected, what came, what to do.
    """

    def __init__(self, slug: str, detail: str):
        super().__init__(detail)
        self.slug = slug
        self.status, self.title = _REQUEST_PROBLEMS[slug]


def problem_body(status: int, slug: str, title: str, detail: str) -> dict[str, str | int]:
    """What a problem says; `slug` gives its stable type."""
    return {"type": TYPE_PREFIX + slug, "title": title, "status": status, "detail": detail}


def job_error_body(error: Mapping[str, str]) -> dict[str, str | int]:
    """What a problem says about the error that ended a job, as Job.error has it."""
    status = next((status for kind, status in STATUS_BY_ERROR.items() if kind.slug == error["type"]), 500)
    return problem_body(status, error["type"], error["title"], error["detail"])


def unexpected_body() -> dict[str, str | int]:
    """What a caller learns of an error that only the log should tell: that it is not the caller's fault."""
    detail = "This is a fault of the server, and it was logged. Try again later."
    return problem_body(500, *_HTTP_PROBLEMS[500], detail)


def error_body(error: MaskcoreError | RequestError | HTTPException) -> dict[str, str | int]:
    """What a problem says about an error."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        return problem_body(status, *_kind(status), _http_detail(error))
    status = error.status if isinstance(error, RequestError) else STATUS_BY_ERROR[type(error)]
    return problem_body(status, error.slug, error.title, str(error))


def _kind(status: int) -> tuple[str, str]:
    return _HTTP_PROBLEMS.get(status, (f"http-{status}", f"The request failed with status {status}"))


def _http_detail(error: HTTPException) -> str:
    if error.code == 404:
        return f"{request.path} does not exist. See /docs for the addresses there are."
    if error.code == 405:
        allowed = ", ".join(sorted(set(getattr(error, "valid_methods", None) or ()) - {"OPTIONS", "HEAD"}))
        return f"{request.path} takes {allowed}; got {request.method}. See /docs."
    if error.code == 413:
        most = (request.max_content_length or 0) / 1e6
        came = f"; got {request.content_length / 1e6:.2f} MB" if request.content_length else ""
        return (
            f"Expected a body of at most {most:.2f} MB with few form fields{came}. "
            "Make it smaller; a picture can be saved as JPEG."
        )
    if error.code == 416:
        return (
            f"Expected a Range within the file, got {request.headers.get('Range', '')[:60]}. Ask for it from its start."
        )
    if error.code == 429:
        return f"At most {error.description} are answered. Wait as long as the header Retry-After says."
    return error.description or error.name
