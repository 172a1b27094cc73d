"""Everything that is seen in one video: people, zones, crossings and alerts, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from maskcore.boxes import clip_boxes
from maskcore.tracking.alerts import Alert, Rule
from maskcore.tracking.people import People, Person
from maskcore.tracking.tracker import Tracker
from maskcore.tracking.zones import Crossings, Line, Point, Way, Zone
from maskcore.types import Face, FrameResult


@dataclass(frozen=True, slots=True)
class Seen:
    """What one frame brought.

    Attributes:
        result: The frame with its people: boxes smoothed, labels voted, tracks numbered. Where zones were drawn, only
            people inside one.
        ended: People who are gone since the frame before.
        crossed: Name of a line → who crossed it now, and which way.
        alerts: Those that fire now.
    """

    result: FrameResult
    ended: tuple[Person, ...] = ()
    crossed: dict[str, dict[int, Way]] | None = None
    alerts: tuple[Alert, ...] = ()


class Watch:
    """Follows one video from its first frame. Not for several threads at once.

    Args:
        min_score: A face at least this sure begins a person.
        zones: Only people inside one of them count; none: everywhere.
        lines: Crossings of these are counted.
        rules: Asked at every frame.
    """

    def __init__(
        self,
        *,
        min_score: float = 0.5,
        zones: Sequence[Zone] = (),
        lines: Sequence[Line] = (),
        rules: Sequence[Rule] = (),
    ):
        self.people = People()
        self.tracker = Tracker(min_score=min_score)
        self.crossings: tuple[Crossings, ...] = ()
        self.draw(zones, lines)
        self.rules = tuple(rules)
        self._size: tuple[int, int] | None = None

    def draw(self, zones: Sequence[Zone], lines: Sequence[Line]) -> None:
        """Take other zones and lines; the count of a line that stays the same goes on."""
        before = {crossings.line: crossings for crossings in self.crossings}
        self.zones = tuple(zones)
        self.crossings = tuple(before.get(line, Crossings(line)) for line in lines)

    def mirror(self) -> None:
        """Follow a video that goes on as its mirror image; nobody moved, and zones and lines stay where they are."""
        if self._size is not None:
            self.tracker.mirror(self._size[0])
        for crossings in self.crossings:
            crossings.begin_anew()

    def see(self, result: FrameResult, *, at_s: float) -> Seen:
        """Take one frame.

        Args:
            result: From MaskDetector.detect, with faces down to tracker.LOW_SCORE.
                The size may change on the way, as a browser's does that saves work or bandwidth.
            at_s: When it was taken, in seconds from any start.
        """
        if self._size is not None and result.size != self._size:
            self.tracker.scale([new / old for new, old in zip(result.size, self._size, strict=True)])
        self._size = result.size
        tracked = self.tracker.update(result.faces, at_s=at_s)
        faces = [_inside(face, result.size) for face in tracked.faces]
        places = _places(faces, result.size)
        zones = self._zones_at(places)
        faces = self._counted(faces, zones)
        self.people.update(faces, at_s=at_s, zones=zones)
        crossed = {crossings.line.name: crossings.update(places) for crossings in self.crossings}
        for crossings in self.crossings:
            crossings.forget(tracked.ended)
        alerts = tuple(alert for rule in self.rules if (alert := rule.check(faces, at_s=at_s)))
        seen = replace(result, faces=tuple(faces))
        return Seen(seen, tuple(self.people.end(tracked.ended)), crossed, alerts)

    def foretell(self, *, at_s: float) -> tuple[Face, ...]:
        """The people of the newest frame where they will be at another time; nobody is counted, nothing changes."""
        if self._size is None:
            return ()
        faces = [_inside(face, self._size) for face in self.tracker.foretell(at_s=at_s)]
        return tuple(self._counted(faces, self._zones_at(_places(faces, self._size))))

    def _zones_at(self, places: Mapping[int, Point]) -> dict[int, tuple[str, ...]]:
        """Names of the zones that each person is in."""
        return {t: tuple(zone.name for zone in self.zones if zone.contains(place)) for t, place in places.items()}

    def _counted(self, faces: list[Face], zones: Mapping[int, tuple[str, ...]]) -> list[Face]:
        """Of the people those inside a zone, where one was drawn."""
        return [face for face in faces if face.track is None or zones[face.track]] if self.zones else faces


def _inside(face: Face, size_wh: tuple[int, int]) -> Face:
    x1, y1, x2, y2 = clip_boxes(np.array([face.box], np.float32), size_wh)[0].tolist()
    return replace(face, box=(x1, y1, x2, y2))


def _places(faces: Sequence[Face], size_wh: tuple[int, int]) -> dict[int, Point]:
    """Where the people are, by their numbers."""
    return {face.track: _middle(face, size_wh) for face in faces if face.track is not None}


def _middle(face: Face, size_wh: tuple[int, int]) -> Point:
    x1, y1, x2, y2 = face.box
    return (x1 + x2) / 2 / size_wh[0], (y1 + y2) / 2 / size_wh[1]
