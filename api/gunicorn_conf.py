"""Gunicorn's settings for the API: gunicorn --config python:api.gunicorn_conf, from the top of the checkout.

docs/operations.md tells how they were measured. What the command line or GUNICORN_CMD_ARGS say goes before these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.figures import FiguresFolder
from maskcore.errors import SettingsError
from maskcore.settings import get_settings

if TYPE_CHECKING:
    from api.service import Service  # imports prometheus_client

_SPARE = 4  # threads that work and streams leave for health checks, and for saying no at once

wsgi_app = "api.app:create_app()"
bind = "127.0.0.1:8000"  # beyond this machine: behind a web server with HTTPS
worker_class = "api.timely_worker.TimelyWorker"
workers = 2
threads = get_settings().max_in_hand + get_settings().max_streams + _SPARE
limit_request_line = 8190  # as much as gunicorn can, for boxes in a query
timeout = 60  # seconds after which a worker that shows no life is replaced
sendfile = False  # the system would send it past TimelySocket, which sees that callers take it
graceful_timeout = 30  # seconds that requests in hand have to finish when the server stops
keepalive = 75  # longer than the web server in front keeps its connections, so that it never writes into a closed one
control_socket_disable = True  # it would be a file in the user's folder, which a container may not have
logger_class = "api.access_log.AccessLogger"
accesslog = "-"
access_log_format = (  # a JSON object a line: the path without what was asked, so that nothing personal is in it
    '{"time": "%(t)s", "request_id": "%({x-request-id}o)s", "address": "%(h)s", "method": "%(m)s", "path": "%(U)s", '
    '"status": %(s)s, "bytes": %(B)s, "seconds": %(L)s}'
)

# Processes count into files that /metrics sums up. Set before anything imports prometheus_client, which looks once.
_figures = FiguresFolder()
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_figures.path}"]


def post_worker_init(worker: Any) -> None:
    """The application is there, its model has run: let streams end when the process shall stop, and old films go.

    The first process says where it listens, and with what; in the log, which the settings may format as they like.
    """
    from api.service import service

    with worker.wsgi.app_context():
        here = service()
        here.streams.going = lambda: worker.alive
        try:
            here.films.watch()
        except SettingsError as error:
            worker.log.error("Old films are not deleted; /health/ready tells why. %s", error)
        if worker.age == 1:
            worker.log.info("%s", _tell(here, [str(each) for each in worker.sockets]))


def child_exit(server: Any, worker: Any) -> None:
    """What the process had in hand is no longer counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Forget the figures of this run."""
    _figures.remove()


def _tell(here: Service, addresses: list[str]) -> str:
    model = here.info()
    serves = f"the model {model.id}, version {model.version}" if model else "no model, as told above"
    keys = "API keys are asked for" if here.settings.api_keys_file else "no API key is asked for"
    return f"Ready at {', '.join(addresses)} with {serves}: the page is at /, the documentation at /docs; {keys}."
