"""The review queue: what comes in, what is decided, what is deleted; bounded in size and in time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskcore.imaging import BYTES_PER_MB, encode_jpeg
from training.data.review.files import ReviewFiles
from training.data.review.items import ReviewFace, ReviewItem, State, join
from training.errors import DataError

QUALITY = 95  # of the JPEG; what is learned from later should not be the mark of the encoder
UNDO_FOR = timedelta(minutes=10)  # a picture that was thrown away is deleted after this
ID_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Given:
    """Something that was given, to take it back.

    Attributes:
        id: Of the picture.
        faces: The faces asked about.
        before: The same faces as they stood in the queue before; those that were not there are missing.
    """

    id: str
    faces: tuple[ReviewFace, ...]
    before: tuple[ReviewFace, ...]


class ReviewQueue:
    """Pictures that wait, of one process; its threads may share it.

    A picture is encoded anew, so that where and by which camera it was taken is not kept.

    Args:
        folder: Where they lie; made at the first picture, for this user alone.
        max_mb: Most of all pictures together, in millions of bytes.
        keep_days: Days after which a picture is deleted.
    """

    def __init__(self, folder: Path, *, max_mb: float, keep_days: int):
        self.folder, self._files = folder, ReviewFiles(folder)
        self._max_bytes, self._keep = max_mb * BYTES_PER_MB, timedelta(days=keep_days)
        self._lock = threading.RLock()

    def give(self, image_bgr: NDArray[np.uint8], faces: Sequence[ReviewFace], *, by_visitor: bool) -> Given:
        """Put a picture into the queue; one that is there already is asked about anew.

        Args:
            image_bgr: (H, W, 3) uint8.
            faces: All that are in it, at least one of them asked about.
            by_visitor: See ReviewItem.
        Returns:
            What is needed to take it back.
        Raises:
            DataError: The queue is full, or the disk refuses.
        """
        data = encode_jpeg(image_bgr, quality=QUALITY)
        id = hashlib.sha256(data).hexdigest()[:ID_DIGITS]
        asked = tuple(face for face in faces if face.asked)
        with self._changing():
            known = self._files.load(id)
            self._make_room(0 if known else len(data))
            self._files.add(id, data)
            height, width = image_bgr.shape[:2]
            before = () if known is None else known.faces
            self._files.save(
                ReviewItem(id, datetime.now(UTC), (width, height), join(before, faces),
                           by_visitor or (known is not None and known.by_visitor))
            )  # fmt: skip
        boxes = {face.box for face in asked}
        return Given(id, asked, tuple(face for face in before if face.box in boxes))

    def take_back(self, given: Given) -> bool:
        """Undo `give`; a picture that nobody else asks about is deleted at once.

        Returns:
            False where it is not in the queue any more.
        Raises:
            DataError: The disk refuses.
        """
        with self._changing():
            item, before = self._files.load(given.id), {face.box: face for face in given.before}
            if item is None:
                return False
            back = {face.box: before.get(face.box, replace(face, asked=False, label=face.said)) for face in given.faces}
            item = replace(item, faces=tuple(back.get(face.box, face) for face in item.faces))
            if item.asked:
                self._files.save(item)
            else:
                self.remove([given.id])
            return True

    def items(self) -> list[ReviewItem]:
        """What waits or was accepted, oldest first; what is too old is deleted before.

        Raises:
            DataError: A file of the queue cannot be read.
        """
        with self._changing():
            self.sweep()
            there = (item for item in self._files.items() if item.state is not State.THROWN)
            return sorted(there, key=lambda item: item.at)

    def picture(self, id: str) -> Path:
        """Where the picture of an item lies."""
        return self._files.picture(id)

    def put(self, item: ReviewItem) -> None:
        """Keep an item as it is given now, in place of what was kept of it before.

        Raises:
            DataError: Its picture was deleted meanwhile, or the disk refuses.
        """
        with self._changing():
            if not self.picture(item.id).exists():
                raise DataError(f"The picture {item.id} is not in the queue any more, so nothing was changed.")
            self._files.save(item)

    def decide(self, item: ReviewItem, state: State) -> None:
        """Accept a picture, throw it away, or let it wait again; see `put`."""
        self.put(replace(item, state=state, decided_at=datetime.now(UTC)))

    def remove(self, ids: Iterable[str]) -> None:
        """Delete pictures, what was said about them, and what was computed of them.

        Raises:
            DataError: The disk refuses.
        """
        with self._changing():
            self._files.delete(list(ids))

    def sweep(self, *, now: datetime | None = None) -> int:
        """Delete what is too old, and what was thrown away some minutes ago.

        Args:
            now: The time to count back from; None: the clock.
        Returns:
            How many pictures were deleted.
        Raises:
            DataError: A file of the queue cannot be read, or the disk refuses.
        """
        now = now or datetime.now(UTC)
        with self._changing():
            old = [item.id for item in self._files.items() if item.at < now - self._keep or _is_undone(item, now)]
            if old:
                self.remove(old)
        return len(old)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except OSError as error:
                raise DataError(
                    f"The review queue in {self.folder} cannot be used ({error.strerror or error}). See that the disk "
                    "has room and that this user may write there."
                ) from error

    def _make_room(self, more_bytes: int) -> None:
        size = self._files.size_bytes() + more_bytes
        if size > self._max_bytes:
            raise DataError(
                f"The review queue would hold {size / BYTES_PER_MB:.1f} MB; at most {self._max_bytes / BYTES_PER_MB:g} "
                "MB are kept. Nothing was stored. Go through the queue on the Data page, then give the picture again."
            )


def _is_undone(item: ReviewItem, now: datetime) -> bool:
    return item.state is State.THROWN and item.decided_at is not None and item.decided_at < now - UNDO_FOR
