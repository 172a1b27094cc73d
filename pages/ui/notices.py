"""What a visitor reads about live video: what is wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
        offer_again: Whether beginning anew may help where pressing Start cannot.
        offer_snapshot: Whether the camera works and only live video does not.
        offer_picture: Whether nothing but a picture from a file will do.
    """

    tone: str
    title: str
    advice: str
    offer_again: bool = False
    offer_snapshot: bool = False
    offer_picture: bool = False


CAMERA_NOTICES = {
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
NO_ROUTE = Notice(
    "bad",
    "No route for live video",
    "Browser and server know of each other and find no way; a firewall or a company network often is the cause. "
    "Snapshots work now. For the person who runs this app: name a TURN server in MASKCORE_ICE_SERVERS.",
    offer_again=True,
    offer_snapshot=True,
)
LATE = Notice(
    "wait",
    "The server is late",
    "A start takes a second or two, and this one more than ten: the server is busy. It may still come. If it does not, "
    "close other tabs of this app, then try again. Snapshots work meanwhile.",
    offer_again=True,
    offer_snapshot=True,
)
STOPPED = Notice("idle", "Stopped", "Press Start. Your browser then asks whether this page may use the camera.")
STARTING = Notice("wait", "Starting", "Browser and server look for a way to each other.")
RUNNING = Notice("good", "Running", "Faces are marked as they come.")
SLOW = Notice(
    "wait",
    "Running, but slowly",
    "The server takes seconds for a frame, so marks come late. Choose Fast under How closely to look, and close other "
    "tabs of this app. If that does not help, the app needs a faster machine.",
)
COVERED = Notice(
    "wait",
    "Running, but nobody can be seen",
    "Faces shall be blurred, and the server takes more than four seconds to find them in a frame, so all of it is "
    "blurred. People are counted all the same. Choose Fast under How closely to look, and close other tabs of this "
    "app. If that does not help, the app needs a faster machine.",
)
OVERWHELMED = Notice(
    "bad",
    "The server is too slow for live video",
    "It took seconds for a frame, and now none comes. Choose Fast under How closely to look, close other tabs of this "
    "app, press Stop, then Start. Snapshots work meanwhile. If that does not help, the app needs a faster machine.",
    offer_again=True,
    offer_snapshot=True,
)
EXHAUSTED = Notice(
    "idle",
    "Stopped",
    "It was slow: if you did not stop it, the server was too busy to keep it up. Choose Fast under How closely to "
    "look, close other tabs of this app, then press Start.",
)
LOST = Notice(
    "bad",
    "The connection was lost",
    "Video ran, then browser and server no longer heard each other. Most often the network dropped or changed, or the "
    "device slept. Press Start to go on. Snapshots work without it.",
    offer_snapshot=True,
)
FROZEN = Notice(
    "bad",
    "Connected, but no picture comes",
    "Another program may hold the camera: close it, press Stop, then Start. Snapshots may work meanwhile.",
    offer_again=True,
    offer_snapshot=True,
)
