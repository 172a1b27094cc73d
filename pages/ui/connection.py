"""Where the live video stands, in plain words: what is wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

STUCK_AFTER_S = 10.0  # a start takes 1 to 2 seconds
FROZEN_AFTER_S = 4.0


class Phase(StrEnum):
    """Where a connection stands."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"


class Camera(StrEnum):
    """What the browser says about the camera before it is started."""

    READY = "ready"
    INSECURE = "insecure"
    UNSUPPORTED = "unsupported"
    DENIED = "denied"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a visitor reads about the connection.

    Attributes:
        tone: idle, wait, good or bad.
        title: The state in a few words.
        advice: What to do.
        offer_snapshot: Whether the camera works and only live video does not.
        offer_picture: Whether nothing but a picture from a file will do.
    """

    tone: str
    title: str
    advice: str
    offer_snapshot: bool = False
    offer_picture: bool = False


_CAMERA_NOTICES = {
    Camera.INSECURE: Notice(
        "bad",
        "The camera needs HTTPS",
        "Browsers give the camera only to pages from https:// addresses or from localhost. Ask the person who runs "
        "this app for its https:// address. A picture from a file works now.",
        offer_picture=True,
    ),
    Camera.UNSUPPORTED: Notice(
        "bad",
        "This browser gives pages no camera",
        "Open the page in a current Chrome, Edge, Firefox or Safari. A picture from a file works now.",
        offer_picture=True,
    ),
    Camera.DENIED: Notice(
        "bad",
        "The camera is blocked for this page",
        "Choose the sign beside the address, allow the camera and reload the page. A picture from a file works now.",
        offer_picture=True,
    ),
    Camera.MISSING: Notice(
        "bad",
        "No camera found",
        "Connect a camera, or switch on the one of this device. A picture from a file works now.",
        offer_picture=True,
    ),
}
_NO_ROUTE = Notice(
    "bad",
    "No route for live video",
    "Browser and server did not reach each other; a firewall or a company network often is the cause. Snapshots work "
    "now. For the person who runs this app: name a TURN server in MASKCORE_ICE_SERVERS.",
    offer_snapshot=True,
)
_FROZEN = Notice(
    "bad",
    "Connected, but no picture comes",
    "Another program may hold the camera: close it, press Stop, then Start. Snapshots may work meanwhile.",
    offer_snapshot=True,
)


class Connection:
    """Follows one live video; told on every run of the page what the component says."""

    def __init__(self) -> None:
        self.phase = Phase.STOPPED
        self._since_s = 0.0

    def observe(self, *, playing: bool, signalling: bool, now_s: float) -> bool:
        """Take what the component says; True where a new start begins.

        Args:
            playing: Video runs.
            signalling: Browser and server look for a way to each other.
            now_s: A clock that never goes back.
        """
        phase = Phase.RUNNING if playing else Phase.STARTING if signalling else Phase.STOPPED
        if phase is Phase.STOPPED:
            given_up = self.phase is Phase.STARTING and self.waited_s(now_s) >= STUCK_AFTER_S
            if given_up or self.phase is Phase.FAILED:
                phase = Phase.FAILED  # the browser gave up, not the visitor
        if phase is self.phase:
            return False
        begins = self.phase in (Phase.STOPPED, Phase.FAILED) and phase in (Phase.STARTING, Phase.RUNNING)
        self.phase, self._since_s = phase, now_s
        return begins

    def waited_s(self, now_s: float) -> float:
        """Seconds in this phase."""
        return now_s - self._since_s

    def notice(self, *, camera: Camera, frame_age_s: float | None, now_s: float) -> Notice:
        """What to tell.

        Args:
            camera: What the browser says about the camera.
            frame_age_s: Seconds since the newest frame; None before the first.
            now_s: The clock of `observe`.
        """
        waited_s = self.waited_s(now_s)
        if self.phase is Phase.RUNNING:
            silent_s = waited_s if frame_age_s is None else frame_age_s
            return _FROZEN if silent_s > FROZEN_AFTER_S else Notice("good", "Running", "Faces are marked as they come.")
        if self.phase is Phase.STARTING:
            if waited_s >= STUCK_AFTER_S:
                return _NO_ROUTE
            return Notice("wait", "Starting", "Browser and server look for a way to each other.")
        if camera is not Camera.READY:
            return _CAMERA_NOTICES[camera]
        if self.phase is Phase.FAILED:
            return _NO_ROUTE
        return Notice("idle", "Stopped", "Press Start. Your browser then asks whether this page may use the camera.")
