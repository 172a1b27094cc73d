"""How gunicorn runs the API: gunicorn --config python:api.gunicorn_conf 'api.app:create_app()'."""

from __future__ import annotations

from typing import Any

from api.service import service
from maskcore.errors import MaskcoreError
from maskcore.settings import get_settings

_SPARE = 4  # threads that work and streams leave for health checks, and for saying no at once

worker_class = "gthread"
threads = get_settings().max_in_hand + get_settings().max_streams + _SPARE
graceful_timeout = 30  # seconds that a stopping process has for what is in its hands
keepalive = 5  # seconds


def post_worker_init(worker: Any) -> None:
    """Let the model run once before the first request is taken; streams end when the process shall stop."""
    with worker.wsgi.app_context():
        here = service()
        here.streams.going = lambda: worker.alive
        try:
            here.prove()
        except MaskcoreError as error:
            worker.log.error("The model did not run at the start; /health/ready tells why. %s", error)
