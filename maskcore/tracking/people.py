"""Everybody who came by, each counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from maskcore.types import Face, Label, Summary, Uncertain


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was seen.

    Attributes:
        track: The number.
        label: How the mask is worn, by all votes so far.
        uncertain: Why not to trust that.
        confidence: Share of the votes for the label, 0 to 1.
        first_s, last_s: When seen first and last, in the seconds of the video.
        zones: Names of the zones that the person was in.
    """

    track: int
    label: Label
    uncertain: Uncertain | None
    confidence: float
    first_s: float
    last_s: float
    zones: tuple[str, ...] = ()


class People:
    """Counts people: those here, and those who are gone.

    A person's label is the newest that could be trusted; who turns away at the end is not forgotten for it.
    """

    def __init__(self) -> None:
        self._here: dict[int, Person] = {}
        self._gone: Counter[str] = Counter()

    def update(self, faces: Iterable[Face], *, at_s: float, zones: dict[int, tuple[str, ...]] | None = None) -> None:
        """Take the tracked faces of one frame.

        Args:
            faces: Those without a track number are passed over.
            at_s: When.
            zones: Names of the zones that a track is in now.
        """
        for face in faces:
            if face.track is not None:
                self._see(face, face.track, at_s, (zones or {}).get(face.track, ()))

    def end(self, tracks: Iterable[int]) -> list[Person]:
        """Count those who are gone for good, and tell what is known of them."""
        ended = [self._here.pop(track) for track in tracks if track in self._here]
        self._gone.update(_kind(person) for person in ended)
        return ended

    def end_all(self) -> list[Person]:
        """The same for everybody who is here: the video is over."""
        return self.end(list(self._here))

    def here(self) -> list[Person]:
        """People who are not gone."""
        return list(self._here.values())

    @property
    def summary(self) -> Summary:
        """Everybody so far; the fields count people instead of faces."""
        counts = self._gone + Counter(_kind(person) for person in self._here.values())
        return Summary(counts.total(), *(counts[name] for name in ("mask", "no_mask", "incorrect", "uncertain")))

    def _see(self, face: Face, track: int, at_s: float, zones: tuple[str, ...]) -> None:
        before = self._here.get(track)
        now = Person(track, face.label, face.uncertain, face.probabilities[face.label], at_s, at_s, zones)
        if before:
            both = tuple(dict.fromkeys((*before.zones, *zones)))
            kept = before if face.uncertain and not before.uncertain else now
            now = replace(kept, first_s=before.first_s, last_s=at_s, zones=both)
        self._here[track] = now


def _kind(person: Person) -> str:
    return "uncertain" if person.uncertain else person.label.value
