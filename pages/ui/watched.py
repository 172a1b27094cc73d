"""A source of live video and who watches it."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit_webrtc import WebRtcStreamerContext

from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo
from pages.ui.connection import Connection
from pages.ui.keeping import keeps_history


@dataclass
class Watched:
    """A source that this visitor watches: what is seen in it, and how the way to it is.

    A camera of the network has one set of choices, and all who watch it may choose. The widgets of a page that shows
    older ones would undo what another visitor chose since, such as whose faces are blurred; so they are made anew.

    Attributes:
        live: What is seen.
        connection: The way to it.
        edition: Part of the widgets' names; grows where they must begin anew.
    """

    live: LiveVideo
    connection: Connection
    edition: int = 0
    _shown: tuple[Choices, bool] | None = None

    @property
    def others_chose(self) -> bool:
        """Whether another visitor chose since this page showed the choices."""
        return self._shown not in (None, self._chosen())

    def heed_others(self) -> None:
        """Begin a run of the page: its widgets begin anew where another visitor chose."""
        self.edition += self.others_chose
        self.show()

    def show(self) -> None:
        """The page shows what is chosen now."""
        self._shown = self._chosen()

    def _chosen(self) -> tuple[Choices, bool]:
        return self.live.choices, keeps_history(self.live)

    def silent_s(self, now_s: float) -> float:
        """Seconds without a picture, by the clock of the connection; before the first, since it is as it is."""
        silent_s = self.live.stats().pace.silent_s
        return self.connection.waited_s(now_s) if silent_s is None else silent_s


def is_searching(context: WebRtcStreamerContext) -> bool:
    """Whether the server knows how the browser may be reached and has not reached it yet."""
    worker = context._get_worker()  # there once the server answers; the library tells no more of it
    return worker is not None and worker.pc.iceConnectionState not in ("connected", "completed")
