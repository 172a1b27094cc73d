"""Uncertain faces from use, for the review queue: the operator switched this on, see MASKCORE_COLLECT_UNCERTAIN."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskcore.types import Face, Uncertain
from training.data.review.cut import around
from training.data.review.queue import Given, ReviewQueue
from training.errors import DataError

LEAST_SIDE_PX = 16  # of the shorter side; on a smaller face a person sees no more than the model
A_PICTURE = 5  # most faces of one picture, the largest first
A_MINUTE = 4  # most faces of one video


def uncertain_places(faces: Sequence[Face]) -> list[int]:
    """Places of the faces that a reviewer can help with; in a video those seen too shortly are none of them."""
    return [
        place
        for place, face in enumerate(faces)
        if face.uncertain not in (None, Uncertain.EARLY) and _side(face) >= LEAST_SIDE_PX
    ]


def collect(image_bgr: NDArray[np.uint8], faces: Sequence[Face], queue: ReviewQueue) -> list[Given]:
    """Give the uncertain faces of one picture to the queue, each with a little around it.

    Args:
        image_bgr: (H, W, 3) uint8.
        faces: Largest first.
        queue: Where to.
    Raises:
        DataError: See `ReviewQueue.give`.
    """
    return [_give(image_bgr, faces, place, queue) for place in uncertain_places(faces)[:A_PICTURE]]


class Collector:
    """Does the same for a video: each person once, and a few faces a minute, of a frame the least certain.

    It is called by one thread.

    Attributes:
        trouble: Why the last face could not be given; None where it could.
    """

    def __init__(self, queue: ReviewQueue):
        self._queue, self._seen = queue, set[int]()
        self._given_s: deque[float] = deque(maxlen=A_MINUTE)
        self.trouble: DataError | None = None

    def __call__(self, image_bgr: NDArray[np.uint8], faces: Sequence[Face]) -> None:
        """Look at a frame, (H, W, 3) uint8, with its faces as they are followed."""
        for place in sorted(uncertain_places(faces), key=lambda place: max(faces[place].probabilities.values())):
            track, now_s = faces[place].track, time.monotonic()
            full = len(self._given_s) == A_MINUTE and now_s - self._given_s[0] < 60
            if track is None or track in self._seen or full:
                continue
            self._seen.add(track)
            self._given_s.append(now_s)
            try:
                _give(image_bgr, faces, place, self._queue)
                self.trouble = None
            except DataError as error:  # the video goes on; the page tells
                self.trouble = error

    def begin(self) -> None:
        """The video begins anew, and counts its people from one again."""
        self._seen.clear()


def _give(image_bgr: NDArray[np.uint8], faces: Sequence[Face], place: int, queue: ReviewQueue) -> Given:
    part_bgr, kept = around(image_bgr, faces, {place: faces[place].label})
    return queue.give(part_bgr, kept, by_visitor=False)


def _side(face: Face) -> float:
    x1, y1, x2, y2 = face.box
    return min(x2 - x1, y2 - y1)
