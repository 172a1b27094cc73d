"""A source of live video and who watches it."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit_webrtc import WebRtcStreamerContext

from maskcore.video.live import LiveVideo
from pages.ui.connection import Connection, Phase


@dataclass
class Watched:
    """A source that this visitor watches: what is seen in it, and how often it was started anew."""

    live: LiveVideo
    connection: Connection
    starts: int = 0

    @property
    def wanted(self) -> bool | None:
        """Whether the component is to play; None leaves it to the visitor, and shows its buttons."""
        return False if self.connection.phase is Phase.HANGING_UP else None

    def silent_s(self, now_s: float) -> float:
        """Seconds without a picture, by the clock of the connection; before the first, since it is as it is."""
        silent_s = self.live.stats().pace.silent_s
        return self.connection.waited_s(now_s) if silent_s is None else silent_s


def has_ended(context: WebRtcStreamerContext, *, own: bool) -> bool:
    """Whether the server no longer holds the video: the one of the visitor's own camera, or the one that it sends."""
    track = context.input_video_track if own else context.output_video_track
    return track is None or track.readyState == "ended"
