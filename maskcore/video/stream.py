"""One stream of live video: who is in it, from its first frame to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maskcore.tracking.people import Person
from maskcore.tracking.watch import Watch
from maskcore.tracking.zones import Line, Way
from maskcore.video.choices import Choices
from maskcore.video.clock import StreamClock
from maskcore.video.portraits import Portraits
from maskcore.video.told import Moment, PastAlert


class Stream:
    """What is known of a stream. Not for several threads at once.

    Args:
        choices: What the visitor chose.
    Attributes:
        watch: Follows the people.
        portraits: Their pictures, where some are to be kept.
        clock: When frames were taken.
    """

    def __init__(self, choices: Choices) -> None:
        self.watch = Watch(min_score=choices.min_score, zones=choices.zones, lines=choices.lines, rules=choices.rules())
        self.portraits, self.clock = Portraits(choices.blur), StreamClock()

    def configure(self, before: Choices, choices: Choices) -> None:
        """Go over to other choices."""
        self.watch.tracker.min_score = choices.min_score
        if before.mirrored is not choices.mirrored:
            self.watch.mirror()
        self.watch.draw(choices.zones, choices.lines)
        if before.blur is not choices.blur:
            self.portraits = Portraits(choices.blur)  # what was seen until now may show who shall not be seen
        if (before.without_mask_s, before.least_percent) != (choices.without_mask_s, choices.least_percent):
            self.watch.rules = tuple(choices.rules())

    def crossings(self) -> list[tuple[Line, dict[Way, int]]]:
        """Every line with who crossed it so far."""
        return [(crossings.line, dict(crossings.counts)) for crossings in self.watch.crossings]

    def moment(self, ended: Sequence[Person], alerts: tuple[PastAlert, ...] = ()) -> Moment:
        """What is to be told of people who are gone and of alerts."""
        people = tuple((person, *self._stay(person)) for person in ended)
        return Moment(people, alerts, self.portraits.take(ended))

    def _stay(self, person: Person) -> tuple[datetime, datetime]:
        first_at = self.clock.time_of_day(person.first_s)
        return first_at, max(first_at, self.clock.time_of_day(person.last_s))  # the time of day may have been set back
