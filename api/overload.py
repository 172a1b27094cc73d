"""What keeps a process answering: no more work in hand than it can do, and no waiting for bodies that do not come."""

from __future__ import annotations

from typing import cast

from apiflask import APIFlask
from flask import Response, g, request

from api.bodies import LimitedRequest
from api.bounds import Bound
from api.metrics import metrics
from api.security import is_guarded_path
from maskcore.settings import Settings

RETRY_AFTER_S = 1


def register(app: APIFlask, settings: Settings) -> None:
    """Let the application put work off that is too much; after security, so that strangers fill no place.

    Requests that only read are always let in: whoever watches a busy server must be answered.
    """
    work = Bound(settings.max_in_hand, "pictures and films of a process", retry_after_s=RETRY_AFTER_S)

    def begin() -> None:
        _set_patience(settings.upload_patience_s)
        if request.method == "POST" and is_guarded_path(request.path):
            work.enter()
            metrics().in_hand.inc()
            g.in_hand = True

    def end(error: BaseException | None) -> None:
        if g.pop("in_hand", False):
            work.leave()
            metrics().in_hand.dec()

    def answered(answer: Response) -> Response:
        _set_patience(None)  # the worker gives an answer the time that its size takes
        return answer

    app.before_request(begin)
    app.after_request(answered)
    app.teardown_request(end)


def _set_patience(patience_s: float | None) -> None:
    """How long reading from the caller waits for a byte; it sees a bad request then."""
    lent = cast(LimitedRequest, request).lent_socket
    if lent is not None:
        lent.settimeout(patience_s)
