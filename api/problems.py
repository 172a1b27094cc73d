"""Every error as RFC 9457 problem+json: which status, which stable type, and what to do.

https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from apiflask import APIFlask, HTTPError
from flask import Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing.exceptions import WebsocketMismatch

from api.request_ids import request_id
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

_log = logging.getLogger(__name__)

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


def _as_answer(body: dict[str, str | int]) -> Response:
    return Response(json.dumps(body), int(body["status"]), content_type=PROBLEM_JSON)


def register(app: APIFlask) -> None:
    """Let the application answer every error by a problem."""
    app.register_error_handler(MaskcoreError, _told_problem)
    app.register_error_handler(RequestError, _told_problem)
    app.register_error_handler(HTTPError, _apiflask_problem)
    app.register_error_handler(ClientDisconnected, _cut_problem)
    app.register_error_handler(WebsocketMismatch, _socket_problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, _unexpected_problem)


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


def _told_problem(error: MaskcoreError | RequestError) -> Response:
    return _as_answer(error_body(error))


def _apiflask_problem(error: HTTPError) -> Response:
    """What APIFlask's own validation says: {location: {field: [messages]}}."""
    detail = json.dumps(error.detail, default=str) if error.detail else str(error.message)
    slug, title = ("fields", "A field cannot be used") if error.status_code == 422 else _kind(error.status_code)
    return _as_answer(problem_body(error.status_code, slug, title, detail))


def http_problem(error: HTTPException) -> Response:
    """The answer to an error of HTTP, with the headers that belong to it."""
    answer = _as_answer(error_body(error))
    answer.headers.update({name: value for name, value in error.get_headers() if name != "Content-Type"})
    return answer


def _cut_problem(error: ClientDisconnected) -> Response:
    came = f"{request.content_length} bytes" if request.content_length else "a body"
    return _as_answer(
        problem_body(408, *_kind(408), f"Expected {came}, and the rest did not come in time. Send the request again.")
    )


def _socket_problem(error: WebsocketMismatch) -> Response:
    path = request.path
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return _told_problem(RequestError("socket", f"Expected a plain request at {path}, got a WebSocket. See /docs."))
    words = (
        f"Expected a WebSocket at {path}, got a plain request. Open it by ws: or wss:, or send frames to /v1/detect."
    )
    return _told_problem(RequestError("socket", words))


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


def _unexpected_problem(error: Exception) -> Response:
    """The outermost door."""
    _log.error("%s %s failed, request %s", request.method, request.path, request_id(), exc_info=error)
    return _as_answer(unexpected_body())
