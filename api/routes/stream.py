"""Live frames over a WebSocket; OpenAPI has no words for it, docs/api.md describes it."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import cast

from apiflask import APIBlueprint
from flask import Response, request

from api.access_log import log_stream
from api.bodies import LimitedRequest
from api.live_socket import LiveSocket, SocketClosed, TakenOver
from api.metrics import metrics
from api.options import read_options
from api.request_ids import HEADER, request_id
from api.schemas import StreamOptions
from api.security import refuse_foreign_page
from api.service import service
from api.streams import Stream
from maskcore.imaging import BYTES_PER_MB

blueprint = APIBlueprint("stream", __name__, enable_openapi=False)


@blueprint.route("/v1/stream", websocket=True)
def live() -> Response:
    """Answer binary frames by JSON; what is wrong before the first frame is a problem as elsewhere."""
    here = service()
    here.ready_detector()
    refuse_foreign_page()
    options = read_options(StreamOptions, request.args.items(multi=True), {})
    lent = cast(LimitedRequest, request).lent_socket
    began_s = monotonic()
    here.streams.enter()
    try:
        socket = LiveSocket(lent, most_bytes=int(here.settings.max_image_mb * BYTES_PER_MB))
        stream = Stream(socket, options, here.settings)
        with suppress(SocketClosed), metrics().streams.track_inprogress():  # who is gone is told nothing
            socket.accept(request.headers, more=[(HEADER, request_id())])
            stream.serve(here.streams)
    finally:
        here.streams.leave()
    log_stream(
        frames=socket.frames, dropped=stream.dropped, close_code=socket.close_code, seconds=monotonic() - began_s
    )
    return TakenOver()
