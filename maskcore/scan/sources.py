"""What a scan shall look at: files, folders and patterns, on this machine or wherever fsspec reaches.

https://filesystem-spec.readthedocs.io tells which addresses there are, such as s3://bucket/folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath
from typing import Any

from maskcore.errors import InputError, SettingsError
from maskcore.formats import SUFFIXES as PICTURES
from maskcore.video.film import SUFFIXES as FILMS

Storage = Any  # fsspec.AbstractFileSystem, of a library that is imported only where a scan begins


@dataclass(frozen=True, slots=True)
class Source:
    """One file to look at.

    Attributes:
        url: Its path on this machine, or its address elsewhere.
        stamp: What changes when the file does: size, time, tag; None where the storage does not tell.
    """

    url: str
    stamp: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """The ending of its name in small letters."""
        return PurePosixPath(self.url).suffix.lower()

    @property
    def is_film(self) -> bool:
        """Whether the name is that of a film."""
        return self.suffix in FILMS


def find_sources(arguments: Iterable[str]) -> list[Source]:
    """The pictures and films that files, folders and patterns stand for, each once, sorted within each argument.

    A file is taken whatever its name. Of a folder, and of all below it, and of what a pattern matches, files with the
    ending of an accepted picture or film are taken; hidden ones and links to folders are not.

    Args:
        arguments: Paths, addresses or patterns such as `door/**/*.jpg` or `s3://bucket/2026`.
    Raises:
        InputError: A place cannot be listed, or there is no such file.
        SettingsError: fsspec is missing, or what it needs for that kind of address.
    """
    found: dict[str, Source] = {}
    for argument in arguments:
        for source in _expand(argument):
            found.setdefault(source.url, source)
    return list(found.values())


def open_storage(url: str) -> tuple[Storage, str]:
    """The storage that an address names, and the path there.

    Raises:
        InputError: No kind of address that is known.
        SettingsError: A library for it is missing.
    """
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-not-found,import-untyped,unused-ignore]

        storage, path = url_to_fs(url)
    except ImportError as error:
        raise SettingsError(
            f"Scanning {url} needs a library that is not installed: {error}. "
            "Install it with: pip install -r requirements-scan.txt"
        ) from error
    except ValueError as error:
        raise InputError(
            f"{url}: expected a path or an address such as s3://bucket/folder; {str(error).lower()}."
        ) from error
    return storage, path


def _expand(argument: str) -> Iterator[Source]:
    storage, path = open_storage(argument)
    try:
        files = _list(storage, path)
    except Exception as error:  # every kind of storage has errors of its own, without a common root
        raise InputError(
            f"{argument}: cannot be listed, {type(error).__name__}: {error}. Check the address and its permissions."
        ) from error
    if files is None:
        raise InputError(f"{argument}: no such file or folder. Check the path.")
    for name in sorted(files):
        yield Source(_address(storage, name), _stamp(files[name]))


def _list(storage: Storage, path: str) -> dict[str, Mapping[str, Any]] | None:
    """What is known of each file by its path there; None where there is none of that name."""
    if storage.isfile(path):
        return {path: storage.info(path)}
    if storage.isdir(path):
        return _seeable(storage.find(path, detail=True), below=path)
    if _is_pattern(path):
        fixed = takewhile(lambda part: not _is_pattern(part), PurePosixPath(path).parts)
        return _seeable(storage.glob(path, detail=True), below=str(PurePosixPath(*fixed)))
    return None


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _seeable(files: Mapping[str, Mapping[str, Any]], *, below: str) -> dict[str, Mapping[str, Any]]:
    depth = len(PurePosixPath(below).parts)
    return {
        name: info
        for name, info in files.items()
        if info["type"] != "directory"
        and PurePosixPath(name).suffix.lower() in PICTURES.union(FILMS)
        and not any(part.startswith(".") for part in PurePosixPath(name).parts[depth:])
    }


def _address(storage: Storage, path: str) -> str:
    """A file of this machine by its plain path."""
    return path if "file" in storage.protocol else str(storage.unstrip_protocol(path))


def _stamp(info: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(info.get(name)) for name in ("size", "mtime", "ETag"))
