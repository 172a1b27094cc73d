"""How gunicorn runs the API: gunicorn --config python:api.gunicorn_conf 'api.app:create_app()'."""

from __future__ import annotations

from typing import Any

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

from api.service import service
from maskcore.errors import MaskcoreError
from maskcore.settings import get_settings

_SPARE = 4  # threads that work and streams leave for health checks, and for saying no at once

worker_class = "gthread"
threads = get_settings().max_in_hand + get_settings().max_streams + _SPARE
graceful_timeout = 30  # seconds that a stopping process has for what is in its hands
keepalive = 5  # seconds
control_socket_disable = True  # it would be a file in the user's folder, which a container may not have


def post_worker_init(worker: Any) -> None:
    """Let the model run once before the first request is taken; streams end when the process shall stop."""
    with worker.wsgi.app_context():
        here = service()
        here.streams.going = lambda: worker.alive
        try:
            here.prove()
        except MaskcoreError as error:
            worker.log.error("The model did not run at the start; /health/ready tells why. %s", error)


def child_exit(server: Any, worker: Any) -> None:
    """What the process had in hand is no longer counted, where numbers are kept in files."""
    if values.ValueClass is not values.MutexValue:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
