"""A data set that came as a ZIP file, unpacked without trusting it."""

from __future__ import annotations

import lzma
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from training.data.files import PICTURES
from training.data.labels import LABELS
from training.data.table import Problem
from training.errors import DataError

WANTED = (*PICTURES, ".xml", ".json", ".txt", ".csv", ".yaml", ".yml", ".names", ".labels")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
LEFTOVERS = ("__MACOSX", ".DS_Store", "Thumbs.db")  # what systems add by themselves; nobody misses it
BLOCK_BYTES = 1 << 20
LONGEST_NAME_BYTES = 255


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may unpack to.

    Attributes:
        total_bytes: All files together.
        ratio: Times that the whole grows by being unpacked; photographs hardly do, a bomb does a thousandfold.
        files: How many.
    """

    total_bytes: int = 8 << 30
    ratio: float = 60.0
    files: int = 100_000


LIMITS = Limits()


def unpack(
    file: IO[bytes],
    folder: Path,
    *,
    limits: Limits = LIMITS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Problem]:
    """Unpack an archive into a new folder, which is there whole or not at all.

    Of a folder that holds nothing but one folder, that one's content is taken.

    Args:
        file: The ZIP file, open for reading.
        folder: Where to; must not exist.
        limits: What is more is refused as a whole.
        on_progress: Told files done and files to do.
    Returns:
        What was left out: links, paths that lead out of the folder, archives, encrypted and damaged files, and files of
        other kinds.
    Raises:
        DataError: No ZIP file, beyond the limits, nothing in it that can be used, or the disk refuses.
    """
    problems: list[Problem] = []
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file) as archive, tempfile.TemporaryDirectory(dir=folder.parent, prefix=".zip-") as half:
            entries = _usable(archive, limits, problems)
            for number, entry in enumerate(entries):
                on_progress(number, len(entries))
                _write(archive, entry, Path(half, "set"), problems)
            inner = inner_folder(Path(half, "set"))
            if inner is None:
                raise DataError(f"Expected pictures and labels in the ZIP file, found none. {_first(problems)}")
            inner.replace(folder)
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise DataError(f"Expected a ZIP file; this is none, or it is cut short ({error}). Pack it again.") from error
    except OSError as error:
        raise DataError(f"The ZIP file cannot be unpacked to {folder} ({error.strerror or error}).") from error
    return problems


def _usable(archive: zipfile.ZipFile, limits: Limits, problems: list[Problem]) -> list[zipfile.ZipInfo]:
    """The entries to unpack. Sizes are believed, since reading an entry stops at the size that it claims."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_leftover(entry)]
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    for fits, is_now, most in (
        (len(entries) <= limits.files, f"{len(entries):,} files", f"{limits.files:,} files"),
        (size <= limits.total_bytes, f"{size / 1e9:.1f} GB", f"{limits.total_bytes / 1e9:.1f} GB"),
        (size <= limits.ratio * packed, f"{size / packed:.0f} times its size", f"{limits.ratio:g} times"),
    ):
        if not fits:
            raise DataError(f"The ZIP file would unpack to {is_now}; at most {most} are taken. Send it in parts.")
    good = []
    for entry in entries:
        reason = _refusal(entry)
        if reason:
            problems.append(Problem(entry.filename, reason, "left out"))
        else:
            good.append(entry)
    return good


def _refusal(entry: zipfile.ZipInfo) -> str | None:
    """Why an entry is not unpacked; None where it is."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    mode = entry.external_attr >> 16
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its path leads out of the folder"
    if max(len(part.encode()) for part in path.parts) > LONGEST_NAME_BYTES:
        return "its name is too long"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is a link or a device, not a file"
    if entry.flag_bits & 1:
        return "is encrypted"
    if path.suffix.lower() in ARCHIVES:
        return "is an archive within the archive"
    if path.suffix.lower() not in WANTED:
        return "is neither a picture nor a list of labels"
    return None


def _is_leftover(entry: zipfile.ZipInfo) -> bool:
    return any(part in LEFTOVERS or part.startswith("._") for part in PurePosixPath(entry.filename).parts)


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, problems: list[Problem]) -> None:
    path = folder.joinpath(*PurePosixPath(entry.filename.replace("\\", "/")).parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, path.open("xb") as target:
            shutil.copyfileobj(source, target, BLOCK_BYTES)
    except (FileExistsError, NotADirectoryError):
        problems.append(Problem(entry.filename, "another file of the archive has its name", "left out"))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk; bzip2's own has no number
        path.unlink(missing_ok=True)
        problems.append(Problem(entry.filename, f"is damaged ({error})", "left out"))


def inner_folder(folder: Path) -> Path | None:
    """The folder below where more than one thing lies, or a class folder; None where nothing does."""
    while folder.is_dir():
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].name in LABELS:
            return folder
        folder = inside[0]
    return None


def _first(problems: list[Problem]) -> str:
    return " ".join(f"{problem}." for problem in problems[:3])
