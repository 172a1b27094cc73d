"""Every request has a name that caller and log share: X-Request-ID."""

from __future__ import annotations

import re
import uuid

from apiflask import APIFlask
from flask import Response, g, request

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._:+/=-]{1,128}")


def request_id() -> str:
    """The current request's name: the one that it came with where that is sane, or a new one."""
    if "request_id" not in g:
        came = request.headers.get(HEADER, "")
        g.request_id = came if _SANE.fullmatch(came) else uuid.uuid4().hex
    return str(g.request_id)


def register(app: APIFlask) -> None:
    """Let every answer carry the name of its request."""
    app.after_request(_name)


def _name(answer: Response) -> Response:
    answer.headers[HEADER] = request_id()
    return answer
