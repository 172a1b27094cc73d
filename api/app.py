"""The application factory: gunicorn "api.app:create_app()"."""

from __future__ import annotations

from apiflask import APIFlask

from api import error_handlers, metrics, openapi, overload, request_ids, security, unreadable
from api.bodies import LimitedRequest
from api.routes import batch, detect, health, labels, legacy, model, page, prometheus, stream, video
from api.service import build_service
from maskcore import MaskDetector
from maskcore.settings import Settings, get_settings

VERSION = "1.0.0"


def create_app(detector: MaskDetector | None = None, settings: Settings | None = None) -> APIFlask:
    """Build the application. Its detector is shared by all threads, and changed over when another is promoted.

    A model that cannot be loaded does not stop the start: /health and /v1/detect answer 503 and say why.

    Args:
        detector: One that is known to run; None loads the model that the settings name, or the active one, and lets it
            run once.
        settings: None reads MASKCORE_… environment variables.
    Raises:
        SettingsError: A variable cannot be used.
    """
    app = APIFlask(__name__, title="Face mask API", version=VERSION, docs_path=None)
    app.request_class = LimitedRequest
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the order of to_dict, as on the command line
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": False}
    openapi.configure(app)
    error_handlers.register(app)
    unreadable.register(app)
    request_ids.register(app)
    settings = settings or get_settings()
    with app.app_context():
        here = build_service(detector, settings)
        here.keep()
    metrics.register(app, here.info)
    security.register(app, settings)
    overload.register(app, settings)
    for routes in (detect, batch, video, stream, model, labels, health, prometheus, legacy, page):
        app.register_blueprint(routes.blueprint)
    return app
