"""What happens to live video between the camera and the screen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskcore import MaskcoreError, Summary
from maskcore.drawing import draw_faces
from maskcore.imaging import encode_jpeg
from maskcore.privacy import blur_faces, blur_picture, faces_to_blur
from maskcore.serving import Detectors
from maskcore.tracking.overlay import draw_zones
from maskcore.tracking.tracker import LOW_SCORE
from maskcore.tracking.watch import Seen
from maskcore.tracking.zones import Way
from maskcore.types import Face
from maskcore.video.choices import Choices
from maskcore.video.speed import Speed
from maskcore.video.stream import Stream
from maskcore.video.told import Listener, LiveStats, Moment, PastAlert

ALERTS_KEPT = 20

Picture = NDArray[np.uint8]


Looker = Callable[[Picture, Sequence[Face]], None]

_log = logging.getLogger(__name__)


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
        self._bare: Picture | None = None
        self._stream, self._newest, self._speed = Stream(self._choices), LiveStats(), Speed()

    def reset(self) -> None:
        """A stream begins, and all is counted anew, who was seen in its first moments too; `finish` ended the last."""
        with self._lock:
            self._stream, self._newest, self._speed = Stream(self._choices), LiveStats(), Speed()
            self._bare = None

    def finish(self) -> None:
        """The stream is over: whoever is still here is gone, and what is looked at right now comes too late.

        Its counts stay until another begins.
        """
        with self._lock:
            stream, self._stream = self._stream, Stream(self._choices)
            self._newest = replace(self._newest, summary=None, trouble=None, size=None)
        self._tell(stream.moment(stream.watch.people.end_all()))

    @property
    def choices(self) -> Choices:
        """What was chosen last."""
        return self._choices

    def configure(self, choices: Choices) -> None:
        """Take the visitor's choices; the next frame follows them."""
        with self._lock:
            self._stream.configure(self._choices, choices)
            if choices.blur is not self._choices.blur:
                self._bare = None  # it may show who shall not be seen
            self._choices = choices

    def stats(self) -> LiveStats:
        """How the video goes now."""
        with self._lock:
            return replace(self._newest, pace=self._speed.pace())

    def newest_picture(self) -> Picture | None:
        """The newest frame as it is shown, without marks; None before the first."""
        return self._bare

    def mark(self, image_bgr: Picture, *, taken_s: float | None = None, passed_over: int = 0) -> Picture:
        """Look at one frame. Raises nothing: what goes wrong is told by `stats`.

        Args:
            image_bgr: (H, W, 3) uint8; its size may change from frame to frame.
            taken_s: When it was taken, in seconds of the stream; None: now. People move by these times, however late
                and unevenly frames arrive.
            passed_over: Older frames that were dropped for this one.
        Returns:
            A new picture with its faces marked, (H, W, 3) uint8. Where it cannot be looked at the bare one, or where
            faces are blurred one in which nobody can be known.
        """
        with self._speed.work():
            try:
                return self._mark(image_bgr, taken_s, passed_over)
            except MaskcoreError as error:
                self._worry(error)
            except Exception as error:  # noqa: BLE001 - outermost door of the video, which goes on; its stats say why
                if self._worry(MaskcoreError(f"A fault of the program: {error!r}. See the log.")):
                    _log.exception("A frame could not be looked at")
        return self._unseen(image_bgr)

    def foretell(self, image_bgr: Picture, *, taken_s: float | None = None) -> Picture:
        """Mark a frame that is not looked at: people are drawn where they will be by then, and nobody is counted.

        For frames that cannot wait for the one before them. Who has just come is not marked yet, so a video that
        blurs faces must not show such frames. Arguments and return as of mark.
        """
        with self._lock:
            choices, stream = self._choices, self._stream
            faces = stream.watch.foretell(at_s=stream.clock.at_s(taken_s))
            lines = stream.crossings()
        return draw_zones(draw_faces(_as_shown(image_bgr, choices), faces), choices.zones, lines)

    def _mark(self, image_bgr: Picture, taken_s: float | None, passed_over: int) -> Picture:
        with self._lock:
            choices, stream = self._choices, self._stream
            portraits, at_s = stream.portraits, stream.clock.at_s(taken_s)
        shown = _as_shown(image_bgr, choices)
        found = self._detectors().detect(
            shown, min_score=min(LOW_SCORE, choices.min_score), input_size=choices.input_size
        )
        with self._lock:
            if stream is not self._stream or choices.mirrored is not self._choices.mirrored:  # people are elsewhere now
                return self._unseen(image_bgr)
            seen = stream.watch.see(found, at_s=at_s)
            lines = stream.crossings()
            people = stream.watch.people.summary
        faces = seen.result.faces
        marked = blur_faces(shown, faces_to_blur(faces, choices.blur)) if choices.blur else shown
        with self._lock:  # a blur that was chosen meanwhile holds for what is kept of this frame
            still = stream is self._stream and choices.blur is self._choices.blur
            self._bare = marked if still else self._bare
        if self.keeps_pictures:
            portraits.see(marked, faces)
        marked = draw_zones(draw_faces(marked, faces), choices.zones, lines)
        rang = tuple(
            PastAlert(alert, stream.clock.time_of_day(alert.at_s), encode_jpeg(marked)) for alert in seen.alerts
        )
        self._note(seen, rang, people, {line.name: counts for line, counts in lines}, passed_over)
        self._tell(stream.moment(seen.ended, rang))
        looker = self.looker
        if looker is not None and still and choices.blur is None:
            looker(shown, faces)
        return marked

    def _unseen(self, image_bgr: Picture) -> Picture:
        """A frame that nobody looked at, as it may be shown."""
        choices = self._choices
        return blur_picture(image_bgr) if choices.blur else _as_shown(image_bgr, choices)

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

    def _worry(self, trouble: MaskcoreError) -> bool:
        """Tell of a frame that could not be looked at; whether that is news."""
        with self._lock:
            before, self._newest = self._newest.trouble, replace(self._newest, trouble=trouble)
        return str(before) != str(trouble)

    def _tell(self, moment: Moment) -> None:
        listener = self.listener  # the page may take it away meanwhile
        if listener is not None and (moment.ended or moment.alerts):
            listener(moment)


def _as_shown(image_bgr: Picture, choices: Choices) -> Picture:
    return np.ascontiguousarray(image_bgr[:, ::-1]) if choices.mirrored else image_bgr
