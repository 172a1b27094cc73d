"""When to act: rules that look at the people in the picture, each with a pause so that it does not nag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from maskcore.types import Face, Label

GAP_S = 1.0  # a face may be hidden this long, or told otherwise, and its time without a mask goes on


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to act on.

    Attributes:
        rule: Name of the rule.
        at_s: When, in the seconds of the video.
        tracks: Whom it is about.
        message: One sentence for people.
    """

    rule: str
    at_s: float
    tracks: tuple[int, ...]
    message: str


class Rule(Protocol):
    """What can be asked at every frame."""

    def check(self, faces: Sequence[Face], *, at_s: float) -> Alert | None:
        """The alert that fires now, if any."""


@dataclass
class WithoutMask:
    """Somebody has been without a mask, or with one worn wrong, for some time.

    Attributes:
        seconds: How long.
        pause_s: After an alert, none for this long; nobody is the reason for two.
    """

    seconds: float = 5.0
    pause_s: float = 30.0
    _since: dict[int, tuple[float, float]] = field(default_factory=dict)  # bare since, and bare last
    _told: set[int] = field(default_factory=set)
    _last_s: float = -1e9

    def check(self, faces: Sequence[Face], *, at_s: float) -> Alert | None:
        """See Rule."""
        for face in faces:
            if face.track is not None and not face.uncertain and face.label is not Label.MASK:
                first, _ = self._since.get(face.track, (at_s, at_s))
                self._since[face.track] = (first, at_s)
        self._since = {track: (a, b) for track, (a, b) in self._since.items() if at_s - b <= GAP_S}
        self._told &= self._since.keys()
        due = [
            track
            for track, (first, last) in self._since.items()
            if last == at_s and at_s - first >= self.seconds and track not in self._told
        ]
        if not due or at_s - self._last_s < self.pause_s:
            return None
        self._told.update(due)
        self._last_s = at_s
        who = "Somebody has" if len(due) == 1 else f"{len(due)} people have"
        seconds = f"{self.seconds:g} second" + "s" * (self.seconds != 1)
        return Alert("without_mask", at_s, tuple(due), f"{who} been without a mask for {seconds}.")


@dataclass
class LowShare:
    """Too few of the people in the picture wear a mask.

    Attributes:
        percent: Least share of people with a mask, in percent.
        people: Fewer people than this say nothing.
        seconds: How long the share must stay low.
        pause_s: After an alert, none for this long.
    """

    percent: float = 80.0
    people: int = 3
    seconds: float = 3.0
    pause_s: float = 60.0
    _low_since: float | None = None
    _last_s: float = -1e9

    def check(self, faces: Sequence[Face], *, at_s: float) -> Alert | None:
        """See Rule."""
        known = [face for face in faces if face.track is not None and not face.uncertain]
        masked = sum(face.label is Label.MASK for face in known)
        if len(known) < self.people or 100 * masked >= self.percent * len(known):
            self._low_since = None
            return None
        if self._low_since is None:
            self._low_since = at_s
        if at_s - self._low_since < self.seconds or at_s - self._last_s < self.pause_s:
            return None
        self._last_s = at_s
        bare = tuple(face.track for face in known if face.label is not Label.MASK and face.track is not None)
        return Alert("low_share", at_s, bare, f"{masked} of {len(known)} people wear a mask, under {self.percent:g}%.")
