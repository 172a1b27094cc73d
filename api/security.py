"""Who may call the API, how often, from which sites, and what a browser may do with its pages."""

from __future__ import annotations

import logging
import math
import time
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import Response, current_app, g, request
from flask_cors import CORS
from flask_limiter import HeaderNames, Limiter
from limits import parse
from limits.errors import ConfigurationError, StorageError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix

from api.keys import KeyFile
from api.options import shown
from api.request_ids import HEADER, request_id
from api.service import service
from maskcore.errors import SettingsError
from maskcore.settings import Settings

_GUARDED = ("/v1/", "/api/", "/metrics")
KEY_HEADER = "X-API-Key"
KEY_PROTOCOL = "key."
_log = logging.getLogger(__name__)
_SCOPE = "global"  # how flask-limiter calls what all addresses share
_WAIT = "X-RateLimit-Wait"  # how long it tells every caller to wait; see _tell_wait
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",  # Swagger UI's icons, and pictures dropped on the page
        "media-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",  # Swagger UI writes style attributes; no script may be inline
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def register(app: APIFlask, settings: Settings) -> None:
    """Let the application ask for keys, count calls and answer other sites, as far as the settings say so.

    Raises:
        SettingsError: The key file or the store of counts cannot be used.
    """
    app.after_request(_protect)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if settings.api_keys_file:
        keys = KeyFile(settings.api_keys_file)
        app.before_request(lambda: _ask_for_key(keys))
    if settings.rate_limit:
        _limit(app, settings.rate_limit, settings.rate_limit_store)
    if settings.cors_origins:
        CORS(app, origins=settings.cors_origins, expose_headers=[HEADER, "Retry-After", "Location"], max_age=3600)


def count_frame() -> None:
    """Count a frame of a live stream as the call that it would be by itself.

    Raises:
        TooManyRequests: It is one too many.
    """
    for limiter in current_app.extensions.get("limiter", ()):
        rate, bucket = parse(service().settings.rate_limit or ""), (_counted(), _SCOPE)
        try:
            if limiter.limiter.hit(rate, *bucket):
                continue
            wait_s = limiter.limiter.get_window_stats(rate, *bucket).reset_time - time.time()
        except StorageError as error:  # as below: only a call of its own makes the limiter count in memory
            _log.warning("A frame of the stream %s is not counted. %s", request_id(), error)
            continue
        raise TooManyRequests(str(rate), retry_after=max(1, math.ceil(wait_s)))


def refuse_foreign_page() -> None:
    """Let no other site's page open a stream: browsers ask nobody before they let it, as they do for calls.

    Raises:
        Forbidden: The request is from a page of another site, and the settings do not name it.
    """
    origin, allowed = request.headers.get("Origin"), service().settings.cors_origins
    if origin and urlsplit(origin).netloc != request.host and origin not in allowed and "*" not in allowed:
        raise Forbidden(
            f"Expected a page of this server, got one of {shown(origin)}. The person who runs this server can allow "
            "that site by MASKCORE_CORS_ORIGINS."
        )


def is_guarded_path(path: str) -> bool:
    """Whether keys and limits hold for an address; pages, their files, the documentation and health are open."""
    return path.startswith(_GUARDED)


def _limit(app: APIFlask, rate: str, store: str) -> None:
    app.after_request(_tell_wait)
    try:
        limiter = Limiter(
            _counted,
            app=app,
            application_limits=[rate],
            storage_uri=store,
            storage_options={"wrap_exceptions": True},  # as StorageError, whatever the store
            headers_enabled=True,
            header_name_mapping={HeaderNames.RETRY_AFTER: _WAIT},
            in_memory_fallback_enabled=True,  # a store that is down makes a limit looser, not the API fail
        )
    except ConfigurationError as error:
        raise SettingsError(
            f"MASKCORE_RATE_LIMIT_STORE={store!r} cannot be used: {error}. Change or unset it."
        ) from error
    limiter.request_filter(lambda: not _is_guarded())


def _tell_wait(answer: Response) -> Response:
    """Let only those wait who are over the limit: flask-limiter would tell all, those too who were put off for less."""
    wait_s = answer.headers.pop(_WAIT, None)
    if wait_s and answer.status_code == TooManyRequests.code:
        answer.headers["Retry-After"] = str(max(1, int(wait_s)))
    return answer


def _ask_for_key(keys: KeyFile) -> None:
    if not _is_guarded():
        return
    given = _given_keys()
    g.caller = next(filter(None, map(keys.name_of, given)), None)
    if g.caller is None:
        came = "one that is not known" if given else "none"
        raise Unauthorized(
            f"Expected an API key as `Authorization: Bearer KEY` or `{KEY_HEADER}: KEY`, got {came}. "
            "Ask the person who runs this server for one.",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "API"}),
        )


def _given_keys() -> list[str]:
    """What may be the key of the current request; a proxy may have put something of its own beside it.

    A browser can give a key to a WebSocket as the name of a protocol only.
    """
    bearer = request.authorization
    protocols = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    offered = (name.strip().removeprefix(KEY_PROTOCOL) for name in protocols if name.strip().startswith(KEY_PROTOCOL))
    given = (bearer.token if bearer and bearer.type == "bearer" else None, request.headers.get(KEY_HEADER))
    return [key for key in (*given, next(offered, None)) if key]


def caller() -> str | None:
    """The name of the key that the current request came with; None where none is asked for."""
    name: str | None = g.get("caller")
    return name


def _counted() -> str:
    """Whose calls are counted together: those of a key, or of an address."""
    name = caller()
    return f"key {name}" if name else f"address {_line_of(request.remote_addr or '')}"


def _line_of(address: str) -> str:
    """The address, or of IPv6 the network of 64 bits, for its caller has all of that (RFC 6177)."""
    try:
        known = ip_address(address)
    except ValueError:
        return address  # as a proxy may tell it
    if not isinstance(known, IPv6Address):
        return address
    return str(known.ipv4_mapped or IPv6Network((int(known), 64), strict=False))


def _is_guarded() -> bool:
    """A browser asks by OPTIONS, without a key, whether it may call."""
    return request.method != "OPTIONS" and is_guarded_path(request.path)


def _protect(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
