"""From a film to the same film with every face marked, and the story of who was in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskcore.drawing import draw_faces
from maskcore.modes import Mode
from maskcore.pipeline import MaskDetector
from maskcore.privacy import Blur, blur_faces
from maskcore.tracking.people import Person
from maskcore.tracking.tracker import LOW_SCORE
from maskcore.tracking.watch import Watch
from maskcore.types import Face
from maskcore.video.film import Film, FilmFrame, FilmInfo
from maskcore.video.portraits import Portraits
from maskcore.video.story import Story, Timeline
from maskcore.video.veil import Veil
from maskcore.video.writer import FilmWriter

CUT_SHORT_S = 1.0  # a film that ends this much before the time it names may be cut off


@dataclass(frozen=True, slots=True)
class Look:
    """How a film is looked at.

    Attributes:
        every: Every how-manieth frame is looked at, from 1, and the last; faces are moved along between. So many
            frames are held in memory.
        mode: How large the detector sees a frame; None chooses by the picture.
        blur: Whose faces are made unrecognisable; None: nobody's.
        min_score: A face at least this sure begins a person, 0 to 1.
    """

    every: int = 1
    mode: Mode | None = None
    blur: Blur | None = None
    min_score: float = 0.5

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"every must be 1 or more; got {self.every}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is.

    Attributes:
        frames: Written so far.
        share: Of the film, 0 to 1; None where the file does not say how long it is.
    """

    frames: int
    share: float | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """The faces to draw in one frame, and those to cover."""

    faces: tuple[Face, ...] = ()
    covered: tuple[Face, ...] = ()


def annotate(
    film: Film,
    target: Path,
    *,
    detector: MaskDetector,
    look: Look,
    portraits: Path | None = None,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Story:
    """Write `film` with every face marked, its sound kept, and tell who was in it.

    Memory does not grow with the length of the film, save for a few numbers a second and a person.

    Args:
        film: What to look at.
        target: The .mp4 to write; where the work is left early there is none.
        detector: Finds the faces.
        look: How to look.
        portraits: A folder for a small picture of each person, named after the track: 7.jpg. None: no pictures.
        tell: Called after every frame. What it raises stops the work.
    """
    work = _Work(detector, look, portraits)
    info, frames, last_s = film.info, 0, 0.0
    with FilmWriter(target, size_wh=info.size_wh, frames_per_s=info.frames_per_s, sound=film.path) as writer:
        for frame, seen in work.follow(film.frames()):
            covered_bgr = _covered(frame.image_bgr, seen.covered)
            writer.add(draw_faces(covered_bgr, seen.faces), time_s=frame.time_s)
            frames, last_s = frames + 1, frame.time_s
            tell(Progress(frames, min(1.0, last_s / info.duration_s) if info.duration_s else None))
    seconds = last_s + 1 / info.frames_per_s
    return work.story(info, frames=frames, seconds=seconds, note=_ending(film, seconds))


class _Work:
    """Looks at every n-th frame and moves the faces along between."""

    def __init__(self, detector: MaskDetector, look: Look, portraits: Path | None):
        self._detector, self._look = detector, look
        self._watch = Watch(min_score=look.min_score)
        self._veil = Veil(look.blur)
        self._timeline = Timeline()
        self._folder, self._portraits = portraits, Portraits(look.blur)
        if portraits:
            portraits.mkdir(parents=True, exist_ok=True)
        self._looked = 0
        self._before, self._before_s = _Seen(), 0.0

    def follow(self, frames: Iterator[FilmFrame]) -> Iterator[tuple[FilmFrame, _Seen]]:
        """Every frame with its faces. Those between two looks wait for the second, so that boxes do not lag behind."""
        waiting: list[FilmFrame] = []
        for number, frame in enumerate(frames):
            waiting.append(frame)
            if number % self._look.every == 0:
                yield from self._up_to_now(waiting)
                waiting = []
        if waiting:
            yield from self._up_to_now(waiting)

    def _up_to_now(self, waiting: Sequence[FilmFrame]) -> Iterator[tuple[FilmFrame, _Seen]]:
        """Look at the last frame and tell those before it too."""
        before, begin_s, now = self._before, self._before_s, waiting[-1]
        after = self._see(now)
        for frame in waiting[:-1]:
            faces = _between(before.faces, after.faces, (frame.time_s - begin_s) / (now.time_s - begin_s))
            yield frame, _Seen(faces, (*before.covered, *after.covered, *self._veil.of(faces)))
        yield now, after
        self._before, self._before_s = after, now.time_s

    def story(self, info: FilmInfo, *, frames: int, seconds: float, note: str) -> Story:
        """Everybody, once the film is over."""
        people = self._watch.people
        ended = people.end_all()
        self._timeline.end(ended)
        self._write_portraits(ended)
        return Story(
            size_wh=info.size_wh,
            seconds=seconds,
            frames=frames,
            looked=self._looked,
            summary=people.summary,
            people=self._timeline.people,
            timeline=self._timeline.seconds,
            note=note,
            model=self._detector.info,
        )

    def _see(self, frame: FilmFrame) -> _Seen:
        look = self._look
        found = self._detector.detect(frame.image_bgr, input_size=look.mode, min_score=min(LOW_SCORE, look.min_score))
        seen = self._watch.see(found, at_s=frame.time_s)
        self._looked += 1
        faces = seen.result.faces
        covered = self._veil.cover(found.faces, faces, at_s=frame.time_s)
        self._timeline.add(faces, at_s=frame.time_s)
        self._timeline.end(seen.ended)
        if self._folder:
            self._portraits.see(_covered(frame.image_bgr, covered), faces)
        self._write_portraits(seen.ended)
        return _Seen(faces, covered)

    def _write_portraits(self, gone: Sequence[Person]) -> None:
        for track, jpeg in self._portraits.take(gone).items():
            assert self._folder is not None  # else nobody was seen
            (self._folder / f"{track}.jpg").write_bytes(jpeg)


def _covered(image_bgr: NDArray[np.uint8], covered: Sequence[Face]) -> NDArray[np.uint8]:
    return blur_faces(image_bgr, covered) if covered else image_bgr


def _between(before: Sequence[Face], after: Sequence[Face], share: float) -> tuple[Face, ...]:
    """The faces at a share of the way from one look to the next.

    A face known in both looks moves along a line; one that is known in a single look stays where it was seen, in the
    half that is nearer to that look.
    """
    ends = {face.track: face for face in after if face.track is not None}
    moved = [_moved(face, ends[face.track], share) for face in before if face.track is not None and face.track in ends]
    both = {face.track for face in moved}
    return (*moved, *(face for face in (before if share < 0.5 else after) if face.track not in both))


def _moved(face: Face, end: Face, share: float) -> Face:
    x1, y1, x2, y2 = (a + share * (b - a) for a, b in zip(face.box, end.box, strict=True))
    return replace(face, box=(x1, y1, x2, y2))


def _ending(film: Film, seconds: float) -> str:
    """One sentence where the film was not read to its end; empty where it was."""
    named_s = film.info.duration_s
    if film.broken:
        return f"The file is damaged: {seconds:.1f} seconds could be read. {film.broken}"
    if named_s is not None and named_s - seconds >= CUT_SHORT_S:  # its sound may be longer: no more can be said
        return f"The picture ends after {seconds:.1f} of {named_s:.1f} seconds: the file may be cut off."
    return ""
