"""What a live video tells: how it goes, and what is worth keeping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maskcore import MaskcoreError, Summary
from maskcore.tracking.alerts import Alert
from maskcore.tracking.people import Person
from maskcore.tracking.zones import Way
from maskcore.video.speed import Pace


@dataclass(frozen=True, slots=True)
class PastAlert:
    """An alert that fired.

    Attributes:
        alert: Which.
        at: Time of day.
        picture_jpeg: What was shown at that moment, blurred where faces are blurred.
    """

    alert: Alert
    at: datetime
    picture_jpeg: bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """What one frame brought that is worth keeping.

    Attributes:
        ended: People who are gone, with the times of day when each was seen first and last.
        alerts: Alerts that fire now.
        pictures: A small JPEG of the face by track, of those who are gone; empty where none is kept.
    """

    ended: tuple[tuple[Person, datetime, datetime], ...] = ()
    alerts: tuple[PastAlert, ...] = ()
    pictures: Mapping[int, bytes] = field(default_factory=dict)


Listener = Callable[[Moment], None]


@dataclass(frozen=True, slots=True)
class LiveStats:
    """How the video goes.

    Attributes:
        summary: Counts in the newest frame; None before the first and after the last.
        people: Everybody since the start, each counted once.
        crossings: Counts of each line by name.
        alerts: The newest few, newest first.
        alerts_fired: How many since the start.
        pace: How fast frames are looked at.
        dropped: Frames passed over since the start because a newer one was there.
        size: Width and height of the newest frame, in pixels.
        trouble: What stopped frames from being looked at; None where nothing did.
    """

    summary: Summary | None = None
    people: Summary = Summary()
    crossings: Mapping[str, Mapping[Way, int]] | None = None
    alerts: tuple[PastAlert, ...] = ()
    alerts_fired: int = 0
    pace: Pace = Pace()
    dropped: int = 0
    size: tuple[int, int] | None = None
    trouble: MaskcoreError | None = None
