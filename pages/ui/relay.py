"""Frames on their way to a browser: who is slow gets the newest, never a queue."""

from __future__ import annotations

from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from streamlit_webrtc import relay


class NewestRelay(MediaRelay):
    """aiortc's relay without its queues towards browsers.

    They have no end: where frames are compressed more slowly than they come, the picture falls behind by ever more, and
    each frame that waits takes a megabyte or several. Frames from a browser keep theirs, which BrowserVideo empties as
    they come and which lets it count what it passes over.
    """

    def subscribe(self, track: MediaStreamTrack, buffered: bool = True) -> MediaStreamTrack:
        """A track that gives the frames of `track`."""
        return super().subscribe(track, buffered=buffered and isinstance(track, RemoteStreamTrack))


def keep_newest() -> None:
    """Let the video component use this relay from its first start on; it has no setting for it."""
    relay.MediaRelay = NewestRelay
