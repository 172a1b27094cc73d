"""A source of live video and who watches it."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit_webrtc import WebRtcStreamerContext

from maskcore.video.live import LiveVideo
from pages.ui.connection import Connection


@dataclass
class Watched:
    """A source that this visitor watches: what is seen in it, and how the way to it is."""

    live: LiveVideo
    connection: Connection

    def silent_s(self, now_s: float) -> float:
        """Seconds without a picture, by the clock of the connection; before the first, since it is as it is."""
        silent_s = self.live.stats().pace.silent_s
        return self.connection.waited_s(now_s) if silent_s is None else silent_s


def is_searching(context: WebRtcStreamerContext) -> bool:
    """Whether the server knows how the browser may be reached and has not reached it yet."""
    worker = context._get_worker()  # there once the server answers; the library tells no more of it
    return worker is not None and worker.pc.iceConnectionState not in ("connected", "completed")
