"""Live frames: a frame in, what was seen out, the newest first, for as long as a caller stays."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from werkzeug.exceptions import TooManyRequests
from wsproto.frame_protocol import CloseReason

from api.bounds import Streams
from api.live_socket import LiveSocket
from api.looking import see, told
from api.metrics import metrics
from api.options import read_options, shown
from api.problems import RequestError, error_body, unexpected_body
from api.request_ids import request_id
from api.schemas import StreamOptions
from api.security import count_frame
from api.service import service
from maskcore.errors import MaskcoreError, OptionError
from maskcore.settings import Settings
from maskcore.tracking.watch import Watch

IDLE_S = 30.0  # without a frame, a stream gives its thread back
_LOOK_UP_S = 0.5  # how often a silent stream asks whether the server stops

log = logging.getLogger(__name__)


class Stream:
    """One caller's frames.

    Args:
        socket: The connection.
        options: How to look, until the caller sends others.

    Attributes:
        seen: How many frames got an answer.
        dropped: How many were passed over for newer ones, or were not looked at any more.
    """

    def __init__(self, socket: LiveSocket, options: StreamOptions, settings: Settings):
        self._socket, self._settings = socket, settings
        self._watch: Watch | None = None
        self.seen = self.dropped = 0
        self._use(options)

    def serve(self, streams: Streams) -> None:
        """Answer frames until the caller leaves, is silent for long, or the server stops.

        Raises:
            SocketClosed: The caller is gone.
        """
        try:
            self._serve(streams)
        finally:
            self._count(seen=0)

    def _serve(self, streams: Streams) -> None:
        heard_s = time.monotonic()
        while streams.going():
            frame = self._socket.newest_frame(timeout_s=_LOOK_UP_S)
            if frame is not None:
                self._count(seen=1)
                self._socket.send(json.dumps(self._answer(frame)))
                heard_s = time.monotonic()
            elif time.monotonic() - heard_s > IDLE_S:
                return self._socket.close(CloseReason.NORMAL_CLOSURE, f"No frame for {IDLE_S:.0f} s")
        self._socket.close(CloseReason.GOING_AWAY, "The server stops")

    def _count(self, *, seen: int) -> None:
        """Count the frames that came since the last time; those that nobody sees were dropped."""
        self.seen += seen
        dropped = self._socket.frames - self.seen - self.dropped
        self.dropped += dropped
        metrics().count_frames(seen=seen, dropped=dropped)

    def _answer(self, frame: bytes) -> dict[str, Any]:
        number = {"frame": self._socket.frames}
        try:
            count_frame()
            service().let_detector_go()
            self._take_options()
            answer = told(see(frame, self._options, watch=self._watch))
        except TooManyRequests as error:
            return error_body(error) | number | {"retry_after_s": error.retry_after}
        except (MaskcoreError, RequestError) as error:
            return error_body(error) | number
        except Exception:  # the outermost door: no Flask stands behind a WebSocket
            log.exception("A frame of the stream %s failed", request_id())
            return unexpected_body() | number
        people = {"people": self._watch.people.summary.to_dict()} if self._watch else {}
        return answer | number | people

    def _take_options(self) -> None:
        text, self._socket.text = self._socket.text, None
        if text is None:
            return
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise OptionError(f"Expected the options of the stream as a JSON object, got {shown(text)}.")
        self._use(read_options(StreamOptions, (), given))

    def _use(self, options: StreamOptions) -> None:
        """Look another way from now on; people who are followed stay who they are."""
        self._options = options
        min_score = self._settings.min_score if options.min_score is None else options.min_score
        if not options.track:
            self._watch = None
        elif self._watch is None:
            self._watch = Watch(min_score=min_score)
        else:
            self._watch.tracker.min_score = min_score
