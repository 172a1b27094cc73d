"""What happens to live video between the camera and the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskcore import MaskcoreError, Summary
from maskcore.drawing import draw_faces
from maskcore.imaging import encode_jpeg
from maskcore.privacy import blur_faces, faces_to_blur
from maskcore.serving import Detectors
from maskcore.tracking.overlay import draw_zones
from maskcore.tracking.people import Person
from maskcore.tracking.tracker import LOW_SCORE
from maskcore.tracking.watch import Seen, Watch
from maskcore.tracking.zones import Line, Way
from maskcore.types import Face
from maskcore.video.choices import Choices
from maskcore.video.clock import StreamClock
from maskcore.video.portraits import Portraits
from maskcore.video.speed import Speed
from maskcore.video.told import Listener, LiveStats, Moment, PastAlert

ALERTS_KEPT = 20

Picture = NDArray[np.uint8]


Looker = Callable[[Picture, Sequence[Face]], None]


class LiveVideo:
    """Follows and marks the faces of one video, frame by frame.

    `mark` runs in a thread of the video, one call at a time; all else may be called from any thread. A lock stands
    between them, and no frame is worked on while it is held.

    Args:
        detectors: Gives the detector that a frame is looked at with; it may be another one for the next.
        listener: Told of people who are gone and of alerts, in the thread of the video; it must return at once.
    Attributes:
        looker: Shown each frame with its faces as they are followed, in the thread of the video; it must return at
            once. Where faces are blurred it is shown nothing. None: nobody looks.
        keeps_pictures: Whether the listener is given a small picture of who is gone, blurred where faces are blurred.
    """

    def __init__(self, detectors: Detectors, *, listener: Listener | None = None) -> None:
        self._detectors, self.listener = detectors, listener
        self.looker: Looker | None = None
        self.keeps_pictures = False
        self._lock = threading.Lock()
        self._choices = Choices()
        self._newest = LiveStats()
        self._bare: Picture | None = None
        self._begin()

    def reset(self) -> None:
        """Say goodbye to whoever is here and begin anew, at the start of a stream."""
        self.finish()
        with self._lock:
            self._begin()

    def finish(self) -> None:
        """The stream is over: whoever is still here is gone."""
        with self._lock:
            ended = self._watch.people.end_all()
        self._tell(ended, ())

    @property
    def choices(self) -> Choices:
        """What was chosen last."""
        return self._choices

    def configure(self, choices: Choices) -> None:
        """Take the visitor's choices; the next frame follows them."""
        with self._lock:
            before, self._choices = self._choices, choices
            self._watch.tracker.min_score = choices.min_score
            self._watch.draw(choices.zones, choices.lines)
            if before.blur is not choices.blur:
                self._portraits = Portraits(choices.blur)  # what was seen until now may show who shall not be seen
            if (before.without_mask_s, before.least_percent) != (choices.without_mask_s, choices.least_percent):
                self._watch.rules = tuple(choices.rules())

    def stats(self) -> LiveStats:
        """How the video goes now."""
        with self._lock:
            return replace(self._newest, pace=self._speed.pace())

    def newest_picture(self) -> Picture | None:
        """The newest frame as it is shown, without marks; None before the first."""
        return self._bare

    def mark(self, image_bgr: Picture, *, taken_s: float | None = None, passed_over: int = 0) -> Picture:
        """Look at one frame.

        Args:
            image_bgr: (H, W, 3) uint8; its size may change from frame to frame.
            taken_s: When it was taken, in seconds of the stream; None: now. People move by these times, however late
                and unevenly frames arrive.
            passed_over: Older frames that were dropped for this one.
        Returns:
            A new picture with its faces marked, (H, W, 3) uint8; the bare one where it cannot be looked at.
        """
        with self._speed.work():
            return self._mark(image_bgr, taken_s, passed_over)

    def _mark(self, image_bgr: Picture, taken_s: float | None, passed_over: int) -> Picture:
        with self._lock:
            choices, portraits, at_s = self._choices, self._portraits, self._clock.at_s(taken_s)
        shown = _as_shown(image_bgr, choices)
        try:
            found = self._detectors().detect(
                shown, min_score=min(LOW_SCORE, choices.min_score), input_size=choices.input_size
            )
        except MaskcoreError as error:
            with self._lock:
                self._newest = replace(self._newest, trouble=error)
            return shown
        with self._lock:
            seen = self._watch.see(found, at_s=at_s)
            lines = self._counts()
            people = self._watch.people.summary
        faces = seen.result.faces
        marked = blur_faces(shown, faces_to_blur(faces, choices.blur)) if choices.blur else shown
        self._bare = marked
        if self.keeps_pictures:
            portraits.see(marked, faces)
        marked = draw_zones(draw_faces(marked, faces), choices.zones, lines)
        rang = tuple(
            PastAlert(alert, self._clock.time_of_day(alert.at_s), encode_jpeg(marked)) for alert in seen.alerts
        )
        self._note(seen, rang, people, {line.name: counts for line, counts in lines}, passed_over)
        self._tell(seen.ended, rang)
        if self.looker is not None and choices.blur is None:
            self.looker(shown, faces)
        return marked

    def foretell(self, image_bgr: Picture, *, taken_s: float | None = None) -> Picture:
        """Mark a frame that is not looked at: people are drawn where they will be by then, and nobody is counted.

        For frames that cannot wait for the one before them. Who has just come is not marked yet, so a video that
        blurs faces must not show such frames. Arguments and return as of mark.
        """
        with self._lock:
            choices = self._choices
            faces = self._watch.foretell(at_s=self._clock.at_s(taken_s))
            lines = self._counts()
        return draw_zones(draw_faces(_as_shown(image_bgr, choices), faces), choices.zones, lines)

    def _counts(self) -> list[tuple[Line, dict[Way, int]]]:
        return [(crossings.line, dict(crossings.counts)) for crossings in self._watch.crossings]

    def _begin(self) -> None:
        self._clock, chosen = StreamClock(), self._choices
        self._watch = Watch(min_score=chosen.min_score, zones=chosen.zones, lines=chosen.lines, rules=chosen.rules())
        self._portraits = Portraits(chosen.blur)
        self._newest, self._bare, self._speed = LiveStats(), None, Speed()

    def _note(
        self,
        seen: Seen,
        rang: tuple[PastAlert, ...],
        people: Summary,
        crossings: Mapping[str, Mapping[Way, int]],
        passed_over: int,
    ) -> None:
        with self._lock:
            self._newest = LiveStats(
                summary=seen.result.summary,
                people=people,
                crossings=crossings,
                alerts=(*rang[::-1], *self._newest.alerts)[:ALERTS_KEPT],
                alerts_fired=self._newest.alerts_fired + len(rang),
                dropped=self._newest.dropped + passed_over,
                size=seen.result.size,
            )

    def _tell(self, ended: Sequence[Person], alerts: tuple[PastAlert, ...]) -> None:
        with self._lock:
            portraits = self._portraits
        pictures = portraits.take(ended)
        if self.listener is None or not (ended or alerts):
            return
        people = tuple(
            (person, self._clock.time_of_day(person.first_s), self._clock.time_of_day(person.last_s))
            for person in ended
        )
        self.listener(Moment(people, alerts, pictures))


def _as_shown(image_bgr: Picture, choices: Choices) -> Picture:
    return np.ascontiguousarray(image_bgr[:, ::-1]) if choices.mirrored else image_bgr
