"""The application's answers to errors: problem+json, whatever goes wrong."""

from __future__ import annotations

import json
import logging

from apiflask import APIFlask
from flask import Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestTimeout
from werkzeug.routing.exceptions import WebsocketMismatch

from api.problems import PROBLEM_JSON, RequestError, error_body, unexpected_body
from api.request_ids import request_id
from maskcore.errors import MaskcoreError

_log = logging.getLogger(__name__)


def register(app: APIFlask) -> None:
    """Let the application answer every error by a problem."""
    app.register_error_handler(MaskcoreError, _answer_told)
    app.register_error_handler(RequestError, _answer_told)
    app.register_error_handler(ClientDisconnected, _answer_cut)
    app.register_error_handler(WebsocketMismatch, _answer_mismatch)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def answer_http(error: HTTPException) -> Response:
    """The answer to an error of HTTP, with the headers that belong to it."""
    answer = _as_answer(error_body(error))
    answer.headers.update({name: value for name, value in error.get_headers() if name != "Content-Type"})
    return answer


def _as_answer(body: dict[str, str | int]) -> Response:
    return Response(json.dumps(body), int(body["status"]), content_type=PROBLEM_JSON)


def _answer_told(error: MaskcoreError | RequestError) -> Response:
    return _as_answer(error_body(error))


def _answer_cut(error: ClientDisconnected) -> Response:
    came = f"{request.content_length} bytes" if request.content_length else "a body"
    return _as_answer(
        error_body(RequestTimeout(f"Expected {came}, and the rest did not come in time. Send the request again."))
    )


def _answer_mismatch(error: WebsocketMismatch) -> Response:
    path = request.path
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return _answer_told(RequestError("socket", f"Expected a plain request at {path}, got a WebSocket. See /docs."))
    words = (
        f"Expected a WebSocket at {path}, got a plain request. Open it by ws: or wss:, or send frames to /v1/detect."
    )
    return _answer_told(RequestError("socket", words))


def _answer_unexpected(error: Exception) -> Response:
    """The outermost door."""
    _log.error("%s %s failed, request %s", request.method, request.path, request_id(), exc_info=error)
    return _as_answer(unexpected_body())
