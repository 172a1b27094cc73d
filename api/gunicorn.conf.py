"""Gunicorn's settings for the API: gunicorn --config api/gunicorn.conf.py, from the top of the checkout.

docs/operations.md tells how they were measured. What the command line or GUNICORN_CMD_ARGS say goes before these.
"""

from __future__ import annotations

import shutil
import tempfile

wsgi_app = "api.app:create_app()"
bind = "127.0.0.1:8000"  # beyond this machine: behind a web server with HTTPS
worker_class = "gthread"
workers = 2
threads = 8  # a live stream takes one as long as it lasts
timeout = 60  # seconds after which a worker that shows no life is replaced
graceful_timeout = 30  # seconds that requests in hand have to finish when the server stops
keepalive = 75  # longer than the web server in front keeps its connections, so that it never writes into a closed one
control_socket_disable = True  # it would lie in a home folder that containers do not have
accesslog = "-"
access_log_format = (  # a JSON object a line: the path without what was asked, so that nothing personal is in it
    '{"time": "%(t)s", "request_id": "%({x-request-id}o)s", "address": "%(h)s", "method": "%(m)s", "path": "%(U)s", '
    '"status": %(s)s, "bytes": "%(B)s", "seconds": %(L)s}'
)

# Workers count into files that /metrics sums up; see api/metrics.py.
_figures = tempfile.mkdtemp(prefix="maskcore-figures-")
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_figures}"]


def on_exit(server: object) -> None:
    """Forget the figures of this run."""
    shutil.rmtree(_figures, ignore_errors=True)
