"""Who is who from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from maskcore.boxes import iou_matrix
from maskcore.tracking.motion import Motion
from maskcore.tracking.votes import Votes
from maskcore.types import Face, Label

LOW_SCORE = 0.1  # a fainter face does not carry a track on
GROWN = 0.35  # boxes are grown by this share on each side, so that fast small heads still overlap
WALK = 1.0  # or by this share for each second since the frame before, where that is more: people walk on meanwhile
OVERLAP_SURE, OVERLAP_FAINT = 0.15, 0.4  # least overlap of a track with a sure and with a faint face
LIKENESS = 0.3  # what the same way of wearing a mask is worth beside the overlap, when heads cross
LOST_S = 1.5  # a person unseen for longer is gone
FAINT_S = 2.0  # faint faces alone carry a person on for so long
TENTATIVE_S = 0.3  # so is a track that was never confirmed
PAUSE_S = 10.0  # after a longer pause nobody is taken for who was there before: a camera may be away for a night
LONGEST_STEP_S = 1.0  # after a longer pause heads may be anywhere: nothing is foretold further
AHEAD_S = 0.3  # a head that is shown before it is looked at goes on for so long, then stays


@dataclass
class _Track:
    number: int
    seen_s: float
    sure_s: float
    votes: Votes = field(default_factory=Votes)

    @property
    def confirmed(self) -> bool:
        return self.votes.enough

    def lasts(self, at_s: float) -> bool:
        """Whether a faint face may carry it on."""
        return self.confirmed and at_s - self.sure_s <= FAINT_S

    def gone(self, at_s: float) -> bool:
        return at_s - self.seen_s > (LOST_S if self.confirmed else TENTATIVE_S)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One frame with its people.

    Attributes:
        faces: Those seen now, largest first: box smoothed, label voted, `track` the person's number; None for a face
            that has not been seen often enough to be a person.
        ended: Numbers of the people who are gone since the frame before.
    """

    faces: tuple[Face, ...]
    ended: tuple[int, ...]


class Tracker:
    """Follows people through one video. Not for several threads at once.

    Two-stage association as in ByteTrack (Zhang et al. 2022, arXiv:2110.06864) on grown boxes (Yang et al. 2023,
    arXiv:2211.14317): sure faces first, then faint ones, which carry tracks on and begin none.

    Args:
        min_score: A face at least this sure begins a track.
    """

    def __init__(self, *, min_score: float = 0.5):
        self.min_score = min_score
        self._motion = Motion()
        self._tracks: list[_Track] = []
        self._next = 1
        self._at_s: float | None = None
        self._seen: tuple[tuple[Face, _Track], ...] = ()  # of the newest frame

    def update(self, faces: Sequence[Face], *, at_s: float) -> Tracked:
        """Take one frame.

        Args:
            faces: Found in it, down to LOW_SCORE where the detector can be asked for so little.
            at_s: When it was taken, in seconds from any start; it may not run backwards.
        """
        dt_s = 0.0 if self._at_s is None else min(max(at_s - self._at_s, 0.0), LONGEST_STEP_S)
        paused = self._at_s is not None and at_s - self._at_s > PAUSE_S
        ended = self._leave([paused] * len(self._tracks))
        self._at_s = at_s
        self._motion.predict(dt_s)
        boxes = np.array([face.box for face in faces], np.float64).reshape(-1, 4)
        scores = np.array([face.score for face in faces])
        sure = scores >= self.min_score
        share = max(GROWN, WALK * dt_s)
        overlap = iou_matrix(_grown(boxes, share), _grown(self._motion.boxes_xyxy(), share))
        pairs = self._pair(faces, overlap, sure, np.arange(len(self._tracks)), OVERLAP_SURE)
        rest = np.setdiff1d(np.arange(len(self._tracks)), pairs[:, 1])
        known = np.array([row for row in rest if self._tracks[row].lasts(at_s)], np.int64)
        pairs = np.vstack([pairs, self._pair(faces, overlap, ~sure & (scores >= LOW_SCORE), known, OVERLAP_FAINT)])

        unseen = np.ones(len(self._tracks), bool)
        unseen[pairs[:, 1]] = False
        self._motion.coast(unseen, dt_s)
        self._motion.update(pairs[:, 1], boxes[pairs[:, 0]])
        new = np.setdiff1d(np.flatnonzero(sure), pairs[:, 0])
        pairs = np.vstack([pairs, np.stack([new, len(self._tracks) + np.arange(len(new))], axis=1)])
        self._begin(boxes[new], at_s)
        for number, row in pairs:
            track = self._tracks[row]
            track.votes.add(faces[number], dt_s=at_s - track.seen_s)
            track.seen_s = at_s
            track.sure_s = at_s if sure[number] else track.sure_s
        self._seen = self._told(faces, pairs)
        ended += self._leave([track.gone(at_s) for track in self._tracks])
        return Tracked(tuple(face for face, _ in self._seen), ended)

    def foretell(self, *, at_s: float) -> tuple[Face, ...]:
        """The faces of the newest frame where they will be at another time, by their motion; nothing changes.

        Args:
            at_s: Seconds from the start of the video; nobody is foretold for more than LONGEST_STEP_S.
        """
        if self._at_s is None or at_s - self._at_s > LONGEST_STEP_S:
            return ()
        boxes = self._motion.ahead_xyxy(min(max(at_s - self._at_s, 0.0), AHEAD_S)).tolist()
        there = {track.number: box for track, box in zip(self._tracks, boxes, strict=True)}
        return tuple(replace(face, box=tuple(there[track.number])) for face, track in self._seen)

    def scale(self, factors_xy: Sequence[float]) -> None:
        """Follow a video that goes on in pixels of another size: so many new ones for each old one, across and down."""
        self._motion.scale(factors_xy)

    def mirror(self, width: float) -> None:
        """Follow a video that goes on as its mirror image, so many pixels wide."""
        self._motion.mirror(width)

    def _pair(
        self,
        faces: Sequence[Face],
        overlap: NDArray[np.float32],
        which: NDArray[np.bool_],
        rows: NDArray[np.int64],
        least: float,
    ) -> NDArray[np.int64]:
        """(M, 2) numbers of faces among `which` and of the tracks among `rows` that are the same head."""
        numbers = np.flatnonzero(which)
        if not len(numbers) or not len(rows):
            return np.zeros((0, 2), np.int64)
        overlap = overlap[np.ix_(numbers, rows)]
        told = np.array([[faces[int(n)].probabilities[label] for label in Label] for n in numbers])
        voted = np.array([[self._tracks[row].votes.probabilities[label] for label in Label] for row in rows])
        chosen = linear_sum_assignment(-np.where(overlap >= least, overlap + LIKENESS * told @ voted.T, 0))
        good = overlap[chosen] >= least
        return np.stack([numbers[chosen[0][good]], rows[chosen[1][good]]], axis=1)

    def _begin(self, boxes: NDArray[np.float64], at_s: float) -> None:
        self._motion.add(boxes)
        for _ in boxes:
            self._tracks.append(_Track(self._next, at_s, at_s))
            self._next += 1

    def _told(self, faces: Sequence[Face], pairs: NDArray[np.int64]) -> tuple[tuple[Face, _Track], ...]:
        smooth = self._motion.boxes_xyxy()
        told = []
        for number, row in pairs:
            track, votes = self._tracks[row], self._tracks[row].votes
            x1, y1, x2, y2 = smooth[row].tolist()
            face = replace(
                faces[number],
                box=(x1, y1, x2, y2),
                label=votes.label,
                probabilities=votes.probabilities,
                uncertain=votes.uncertain,
                track=track.number if track.confirmed else None,
            )
            told.append((face, track))
        return tuple(sorted(told, key=lambda pair: -_area(pair[0])))

    def _leave(self, gone: Sequence[bool]) -> tuple[int, ...]:
        """Drop the tracks that are gone; the numbers of those that were people."""
        ended = tuple(t.number for t, over in zip(self._tracks, gone, strict=True) if over and t.confirmed)
        self._motion.keep(~np.array(gone, bool))
        self._tracks = [track for track, over in zip(self._tracks, gone, strict=True) if not over]
        return ended


def _area(face: Face) -> float:
    return (face.box[2] - face.box[0]) * (face.box[3] - face.box[1])


def _grown(boxes_xyxy: NDArray[np.float64], share: float) -> NDArray[np.float32]:
    margin = share * (boxes_xyxy[:, 2:] - boxes_xyxy[:, :2])
    return np.hstack([boxes_xyxy[:, :2] - margin, boxes_xyxy[:, 2:] + margin]).astype(np.float32)
