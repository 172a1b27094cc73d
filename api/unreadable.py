"""Requests that break HTTP's rules, which gunicorn refuses, most before the application sees them: problems too."""

from __future__ import annotations

import json

from apiflask import APIFlask
from gunicorn.http.errors import (  # type: ignore[import-untyped]
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from werkzeug.exceptions import BadRequest, HTTPException, RequestHeaderFieldsTooLarge, RequestURITooLarge

from api.error_handlers import answer_http
from api.problems import PROBLEM_JSON, error_body

_LONGEST_REASON = 200
_OUR_FAULT = (InvalidResponseHeader, InvalidResponseHeaderName)


def register(app: APIFlask) -> None:
    """Let the application answer a body that breaks the rules while it is read."""
    app.register_error_handler(ParseException, lambda error: answer_http(as_http_error(error)))


def is_callers_fault(error: BaseException) -> bool:
    """Whether gunicorn cannot read a request, or its body."""
    return isinstance(error, ParseException) and not isinstance(error, _OUR_FAULT)


def as_http_error(error: Exception) -> HTTPException:
    """What a caller is told about such an error."""
    if isinstance(error, LimitRequestLine):
        return RequestURITooLarge(
            "Expected an address of at most 8190 bytes, its query included. Send options as form fields or in JSON."
        )
    if isinstance(error, LimitRequestHeaders):
        return RequestHeaderFieldsTooLarge(
            "Expected at most 100 headers of 8190 bytes each. Send fewer or shorter ones."
        )
    reason = str(error)[:_LONGEST_REASON]
    return BadRequest(f"Expected a request after RFC 9112: {reason}. See what the client, or a proxy before it, sends.")


def refusal(error: Exception) -> bytes:
    """The whole answer, where no application is there to make it; the connection ends with it."""
    told = as_http_error(error)
    body = json.dumps(error_body(told)).encode()
    head = (
        f"HTTP/1.1 {told.code} {told.name}\r\nConnection: close\r\nContent-Type: {PROBLEM_JSON}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
