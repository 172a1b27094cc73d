"""What happened in a film: everybody with times and label, and how many there were second by second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maskcore.tracking.people import Person
from maskcore.types import Face, ModelInfo, Summary


@dataclass(frozen=True, slots=True)
class Second:
    """One second of a film.

    Attributes:
        at_s: Its beginning.
        counts: People who were in the picture during it, each counted once under the newest label.
    """

    at_s: int
    counts: Summary

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `people` instead of `faces`."""
        return {"at_s": self.at_s} | _people_counts(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that was seen in a film.

    Attributes:
        size_wh: Width and height of the upright picture in pixels.
        seconds: Length of what could be read.
        frames: How many were read.
        looked: In how many of them faces were looked for.
        summary: People by label; `faces` counts people.
        people: Everybody, in the order of their coming.
        timeline: Every second in which somebody was looked for.
        note: One sentence where the film could not be read to its end; else empty.
        model: The model that answered.
    """

    size_wh: tuple[int, int]
    seconds: float
    frames: int
    looked: int
    summary: Summary
    people: tuple[Person, ...]
    timeline: tuple[Second, ...]
    note: str
    model: ModelInfo

    def to_dict(self) -> dict[str, Any]:
        """The story as plain JSON values, times in seconds."""
        return {
            "size": list(self.size_wh),
            "seconds": round(self.seconds, 2),
            "frames": self.frames,
            "looked": self.looked,
            "summary": _people_counts(self.summary),
            "people": [_person_dict(person) for person in self.people],
            "timeline": [second.to_dict() for second in self.timeline],
            "note": self.note,
            "model": {"id": self.model.id, "version": self.model.version},
        }


class Timeline:
    """Collects people and seconds while a film is looked at."""

    def __init__(self) -> None:
        self._ended: list[Person] = []
        self._seconds: list[Second] = []
        self._at_s = 0
        self._now: dict[int, Face] = {}

    def add(self, faces: Sequence[Face], *, at_s: float) -> None:
        """Take the faces of one frame; those without a track are not people yet. Times must rise."""
        if int(at_s) != self._at_s:
            self._seconds += [self._second()]
            self._at_s, self._now = int(at_s), {}
        self._now |= {face.track: face for face in faces if face.track is not None}

    def end(self, people: Iterable[Person]) -> None:
        """Take those who are gone."""
        self._ended.extend(people)

    @property
    def people(self) -> tuple[Person, ...]:
        """Those who are gone, in the order of their coming."""
        return tuple(sorted(self._ended, key=lambda person: (person.first_s, person.track)))

    @property
    def seconds(self) -> tuple[Second, ...]:
        """Every second so far."""
        return (*self._seconds, self._second())

    def _second(self) -> Second:
        return Second(self._at_s, Summary.of(tuple(self._now.values())))


def _people_counts(summary: Summary) -> dict[str, int]:
    counts = summary.to_dict()
    return {"people": counts.pop("faces")} | counts


def _person_dict(person: Person) -> dict[str, Any]:
    return {
        "person": person.track,
        "label": person.label.value,
        "uncertain": person.uncertain.value if person.uncertain else None,
        "confidence": round(person.confidence, 4),
        "first_s": round(person.first_s, 2),
        "last_s": round(person.last_s, 2),
    }
