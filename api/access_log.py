"""The access log: a JSON object a line, for a request when it is answered, for a live stream when it ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from gunicorn.glogging import Logger, SafeAtoms  # type: ignore[import-untyped]

from api.request_ids import request_id

_log = logging.getLogger("gunicorn.access")  # where gunicorn writes its lines, if it writes any


class JsonAtoms(SafeAtoms):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn fills into a line, escaped as within a JSON text: an address may hold quotes and line breaks."""

    def __init__(self, atoms: Mapping[str, Any]):
        super().__init__({})
        self.update({name: _escaped(value) if isinstance(value, str) else value for name, value in atoms.items()})


class AccessLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger, whose lines of requests no caller can break."""

    atoms_wrapper_class = JsonAtoms

    def now(self) -> str:
        """The time as ISO 8601 writes it, with its zone."""
        return _now()


def log_stream(*, frames: int, dropped: int, close_code: int, seconds: float) -> None:
    """Log the current request, a live stream that has ended, which gunicorn knows nothing of.

    Args:
        frames: How many came.
        dropped: How many of them were passed over.
        close_code: Why it ended, as RFC 6455 counts reasons; 1006 where nobody said goodbye.
        seconds: How long it was open.
    """
    line = {
        "time": _now(),
        "request_id": request_id(),
        "address": request.remote_addr,
        "method": request.method,
        "path": request.path,
        "status": 101,
        "seconds": round(seconds, 6),
        "frames": frames,
        "dropped": dropped,
        "close_code": close_code,
    }
    _log.info(json.dumps(line))


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]
