"""The film that a caller wants looked at, and how; it goes to disk while it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, cast

from flask import request

from api.bodies import LimitedRequest, copy_raw, open_form, refuse_encoding, refuse_kind
from api.film_shapes import VideoOptions
from api.options import read_options
from api.problems import RequestError
from maskcore.errors import OptionError, SettingsError
from maskcore.jobs.films import FilmOptions
from maskcore.settings import Settings
from maskcore.video.annotate import Look

HOW = (
    "Send the film as multipart/form-data with a file field `film`, or as a raw body with Content-Type video/mp4 or "
    "application/octet-stream."
)
LONGEST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # no header takes them, and the answer's names the film


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """A film, open at its beginning, and what is asked for."""

    film: IO[bytes]
    options: FilmOptions


@contextmanager
def read_film_request(settings: Settings) -> Iterator[FilmRequest]:
    """Read the current request; the film is gone with the end of the block.

    Raises:
        RequestError: The body is not as described in HOW.
        OptionError: An unknown option, one of another type or range, or one given twice.
        RequestEntityTooLarge: The film is larger than the setting allows.
        SettingsError: There is no room for it.
    """
    refuse_encoding()
    query = list(request.args.items(multi=True))
    _look(read_options(VideoOptions, query, {}), settings)  # what it has wrong is told before a film is read
    film, name, given = _receive(settings.max_video_mb)
    with film:
        options = read_options(VideoOptions, query, given)
        yield FilmRequest(film, FilmOptions(name, _look(options, settings)))


def _receive(max_mb: float) -> tuple[IO[bytes], str, dict[str, Any]]:
    """The film, its name, and the options beside it."""
    try:
        if request.mimetype == "multipart/form-data":
            return _receive_form(max_mb)
        if request.mimetype in ("", "application/octet-stream") or request.mimetype.startswith("video/"):
            return _receive_raw(max_mb), "film", {}
    except OSError as error:
        raise SettingsError(
            f"Expected room for a film among the temporary files, got {error.strerror}. See that the disk has room."
        ) from error
    refuse_kind(HOW)


def _receive_form(max_mb: float) -> tuple[IO[bytes], str, dict[str, Any]]:
    cast(LimitedRequest, request).is_film = True
    files, given = open_form("film", max_mb=max_mb, how=HOW)
    if len(files) > 1:
        raise RequestError("film-missing", f"Expected one file field `film`, got {len(files)}. Send one film a call.")
    name = _CONTROL.sub("", files[0].filename or "")
    return files[0].stream, name[-LONGEST_NAME:] or "film", given


def _receive_raw(max_mb: float) -> IO[bytes]:
    film = TemporaryFile()  # noqa: SIM115 - it outlives this function
    try:
        copy_raw(film, max_mb=max_mb)
        if not film.tell():
            raise RequestError("film-missing", f"The body is empty. {HOW}")
        film.seek(0)  # writes what is left, for which there may be no room
    except Exception:
        film.close()
        raise
    return film


def _look(options: VideoOptions, settings: Settings) -> Look:
    if options.every < 1:
        raise OptionError(f"every must be 1 or more, such as 2 for every other frame; got {options.every}.")
    min_score = settings.min_score if options.min_score is None else options.min_score
    return Look(options.every, options.mode, options.blur, min_score)
