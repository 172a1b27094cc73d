"""Areas and lines that a person draws on the picture: who is inside, who crossed, and which way.

All places are shares of the picture, 0 to 1 from the left and from the top, so that they stay where they were drawn
when the size of the video changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import cv2
import numpy as np

Point = tuple[float, float]
MARGIN = 0.015  # of the picture; whoever stands this near a line is on neither side of it


class Way(StrEnum):
    """Which way a line was crossed, for somebody who looks along it from its start to its end.

    In pictures, where y points down, IN is from the left of the line to its right.
    """

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon.

    Attributes:
        name: What people call it.
        points: Three corners or more.
    """

    name: str
    points: tuple[Point, ...]

    def contains(self, place: Point) -> bool:
        """Whether a place lies inside or on the edge."""
        outline = np.array(self.points, np.float32).reshape(-1, 1, 2)
        return cv2.pointPolygonTest(outline, place, measureDist=False) >= 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line to cross.

    Attributes:
        name: What people call it.
        start, end: Where it was drawn from and to.
    """

    name: str
    start: Point
    end: Point

    def side(self, place: Point) -> int:
        """-1 left of the line, 1 right of it, 0 within MARGIN of it."""
        along = np.subtract(self.end, self.start)
        away = np.subtract(place, self.start)
        distance = float(along[0] * away[1] - along[1] * away[0]) / max(float(np.hypot(*along)), 1e-9)
        return 0 if abs(distance) < MARGIN else int(np.sign(distance))

    def passes(self, place: Point, then: Point) -> bool:
        """Whether the way between two places on different sides leads between the line's ends, not around them."""
        along, step = np.subtract(self.end, self.start), np.subtract(then, place)
        across = float(along[0] * step[1] - along[1] * step[0])
        if not across:
            return False
        off = np.subtract(place, self.start)
        share = float(off[0] * step[1] - off[1] * step[0]) / across
        return 0 <= share <= 1


@dataclass
class Crossings:
    """Counts who crossed a line; lingering on it counts nothing."""

    line: Line
    counts: Counter[Way] = field(default_factory=Counter)
    _last: dict[int, tuple[int, Point]] = field(default_factory=dict)  # side last stood on, and where

    def update(self, places: Mapping[int, Point]) -> dict[int, Way]:
        """Take the places of the tracks in one frame.

        Returns:
            Who crossed since the frame before, and which way.
        """
        crossed = {}
        for track, place in places.items():
            side = self.line.side(place)
            before = self._last.get(track)
            if not side:
                continue
            if before and before[0] != side and self.line.passes(before[1], place):
                crossed[track] = Way.IN if side > 0 else Way.OUT
            self._last[track] = (side, place)
        self.counts.update(crossed.values())
        return crossed

    def begin_anew(self) -> None:
        """Forget where everybody stood, for the picture is another; the counts stay."""
        self._last.clear()

    def forget(self, tracks: Iterable[int]) -> None:
        """Drop tracks that are gone."""
        for track in tracks:
            self._last.pop(track, None)
