"""One worker of a scan: it has a detector, takes files, and gives their rows."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from maskcore.errors import ImageDecodeError, ImageTooLargeError, MaskcoreError, VideoDecodeError
from maskcore.imaging import BYTES_PER_MB, decode_image
from maskcore.modes import Mode
from maskcore.pipeline import PROOF_BGR, MaskDetector
from maskcore.scan.rows import Row, error_row, result_rows
from maskcore.scan.sources import Source, open_storage
from maskcore.settings import Settings
from maskcore.types import FrameResult, ModelInfo
from maskcore.video.film import Film, FilmFrame

COPY_BYTES = BYTES_PER_MB  # of a film elsewhere are read at once
HAIR = 1e-6  # of a stretch; 0.6 / 0.2 is a hair less than 3, and a frame at its beginning must not count as its last

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """How to look; None leaves it to the picture or to the settings.

    Attributes:
        every_s: Of a film, seconds between two frames that are looked at.
        model: Model folder.
    """

    input_size: int | Mode | None = None
    min_score: float | None = None
    max_faces: int | None = None
    every_s: float = 1.0
    model: Path | None = None


class Looker:
    """Looks at files, one after another. A process has one, whose inference takes one thread.

    Args:
        wish: How to look.
        settings: Those of the process that began the scan.
        detector: None: the model that the wish or the settings name.
    Raises:
        ModelError: The model cannot be loaded.
    """

    def __init__(self, wish: Wish, settings: Settings, *, detector: MaskDetector | None = None):
        self._wish, self._settings = wish, settings
        self._detector = detector or MaskDetector(wish.model, settings=settings.model_copy(update={"threads": 1}))

    def rows(self, sources: Sequence[Source]) -> list[Row]:
        """The rows of files in their order; a file that cannot be read gets a row that says why."""
        return [row for source in sources for row in self._rows_of(source)]

    def prove(self) -> ModelInfo:
        """Look at one grey picture, so that what would meet every file is told before the first; the model used.

        Raises:
            OptionError: An option is outside its range.
        """
        return self._see(PROOF_BGR).model

    def _rows_of(self, source: Source) -> Iterator[Row]:
        try:
            if source.is_film:
                yield from self._film_rows(source)
            else:
                yield from result_rows(source.url, self._see_picture(source))
        except MaskcoreError as error:
            yield error_row(source.url, error)
        except Exception as error:  # the outermost door of a worker: one file must not stop the others
            log.exception("%s", source.url)
            yield error_row(source.url, _unexpected(error))

    def _see_picture(self, source: Source) -> FrameResult:
        limits = self._settings
        data = _read(source, most_bytes=int(limits.max_upload_mb * BYTES_PER_MB) + 1)
        return self._see(decode_image(data, max_mb=limits.max_upload_mb, max_megapixels=limits.max_megapixels))

    def _film_rows(self, source: Source) -> Iterator[Row]:
        with _local_copy(source, most_mb=self._settings.max_video_mb) as path:
            film = Film(path, max_megapixels=self._settings.max_megapixels)
            for frame in _every(film, self._wish.every_s):
                yield from result_rows(source.url, self._see(frame.image_bgr), time_s=frame.time_s)
            if film.broken:
                yield error_row(source.url, VideoDecodeError(f"{film.broken} The rows up to there stand."))

    def _see(self, image_bgr: NDArray[np.uint8]) -> FrameResult:
        wish = self._wish
        return self._detector.detect(
            image_bgr, input_size=wish.input_size, min_score=wish.min_score, max_faces=wish.max_faces
        )


def _read(source: Source, *, most_bytes: int) -> bytes:
    """The file, or so much of it that decoding tells that it is too large."""
    storage, path = open_storage(source.url)
    try:
        with storage.open(path) as file:
            data: bytes = file.read(most_bytes)
    except OSError as error:
        raise ImageDecodeError(_not_opened(error)) from error
    return data


@contextmanager
def _local_copy(source: Source, *, most_mb: float) -> Iterator[Path]:
    """A path of this machine, as the decoder of films needs it."""
    storage, path = open_storage(source.url)
    if "file" in storage.protocol:
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="maskcore-scan-") as folder:
        copy = Path(folder, f"film{source.suffix}")
        try:
            with storage.open(path) as film, copy.open("wb") as target:
                _copy(film, target, most_mb=most_mb)
        except OSError as error:
            raise VideoDecodeError(_not_opened(error)) from error
        yield copy


def _copy(film: IO[bytes], target: IO[bytes], *, most_mb: float) -> None:
    copied = getattr(film, "size", None) or 0  # some storages do not tell; those that do are asked for no byte
    while copied <= most_mb * BYTES_PER_MB and (part := film.read(COPY_BYTES)):
        copied = target.tell() + target.write(part)
    if copied > most_mb * BYTES_PER_MB:
        raise ImageTooLargeError(
            f"Expected a film of at most {most_mb:g} MB, as it must be copied to this machine to be read, got more. "
            "Copy it yourself and scan the copy, or raise MASKCORE_MAX_VIDEO_MB."
        )


def _every(film: Film, every_s: float) -> Iterator[FilmFrame]:
    """The first frame of each stretch of so many seconds."""
    before = -1
    for frame in film.frames():
        stretch = int(frame.time_s / every_s + HAIR)
        if stretch > before:
            yield frame
            before = stretch


def _not_opened(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"The file cannot be opened, {reason}. Check its path and the right to read it."


def _unexpected(error: Exception) -> MaskcoreError:
    return MaskcoreError(f"Expected a file that can be read, got {type(error).__name__}: {error}. The log tells more.")
