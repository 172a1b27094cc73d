"""Data sets of Kaggle by name, through the optional library kagglehub, which is imported here and nowhere else."""

from __future__ import annotations

import importlib.util
import re
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from training.data.archive import inner_folder
from training.data.formats import recognise
from training.data.notes import Notes, save_notes
from training.errors import DownloadError

# What is offered by name, and the terms that its page tells, where we know them.
KNOWN: Mapping[str, str] = {
    "wobotintelligence/face-mask-detection-dataset": "",
    "andrewmvd/face-mask-detection": "CC0",
}
NAME = re.compile(r"(?:.*kaggle\.com/datasets/)?([\w-]+/[\w-]+)/?")
HALF = ".kaggle-"  # how a folder begins that is being filled
INSTALL = "pip install -r requirements-kaggle.txt"
CREDENTIALS = (
    "Set KAGGLE_USERNAME and KAGGLE_KEY where the app is started, or put the file kaggle.json, which the settings of "
    "your Kaggle account make under API, into the folder .kaggle of this user's home. Then try again."
)


def name_of(text: str) -> str:
    """OWNER/NAME, from just that or from the address of the set's page.

    Raises:
        DownloadError: It is neither.
    """
    found = NAME.fullmatch(text.strip())
    if found is None:
        raise DownloadError(
            f"Expected the name of a Kaggle data set as OWNER/NAME, such as {list(KNOWN)[-1]}; got {text.strip()!r}."
        )
    return found[1]


def address_of(name: str) -> str:
    """The page of a set, where its terms are told."""
    return f"https://www.kaggle.com/datasets/{name}"


def is_installed() -> bool:
    """Whether kagglehub can be imported."""
    return importlib.util.find_spec("kagglehub") is not None


def fetch(name: str, folder: Path, *, notes: Notes) -> None:
    """Download a data set into a new folder, which is there whole or not at all.

    Args:
        name: OWNER/NAME.
        folder: Where to; must not exist.
        notes: Where the pictures come from and under which terms; kept with the set.
    Raises:
        DownloadError: The library is missing, Kaggle cannot be reached, wants to know who asks, refuses or has no such
            set, or the disk refuses; each in words of its own.
        DataError: What came is no data set that is read.
    """
    if not is_installed():
        raise DownloadError(f"kagglehub is not installed. Install it with: {INSTALL}; then start the app again.")
    if folder.exists():
        raise DownloadError(f"There is a data set called {folder.name} already. Delete it, or choose another name.")
    _check_credentials()
    with _in_words(name):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=HALF) as half:
            _download(name, Path(half, "set"))
            _take_in(name, Path(half, "set"), folder, notes)


def size_so_far(folder: Path) -> int:
    """Bytes on disk of what is on its way into the folder's parent; the packed file and what it unpacks to."""
    halves = folder.parent.glob(f"{HALF}*")
    return sum(path.lstat().st_size for half in halves for path in half.rglob("*") if path.is_file())


def _check_credentials() -> None:
    """See that a kaggle.json can be read where there is one; public sets are sent without any."""
    from kagglehub.config import get_kaggle_credentials

    try:
        get_kaggle_credentials()
    except ValueError as error:
        raise DownloadError(f"Expected kaggle.json as Kaggle makes it; {error}. {CREDENTIALS}") from error


def _download(name: str, folder: Path) -> None:
    import kagglehub

    # straight into a folder of our own: by way of the library's cache a set would lie on the disk twice
    kagglehub.dataset_download(name, output_dir=str(folder))


def _take_in(name: str, half: Path, folder: Path, notes: Notes) -> None:
    """Make what came a data set of its own; links are not followed, so they do not stay."""
    for path in [path for path in half.rglob("*") if path.is_symlink()]:
        path.unlink()
    shutil.rmtree(half / ".complete", ignore_errors=True)  # the library's mark
    inner = inner_folder(half)
    if inner is None:
        raise DownloadError(f"What Kaggle sent as {name} is empty. Look at its page: {address_of(name)}")
    recognise(inner)
    save_notes(inner, notes)
    inner.replace(folder)


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """Tell the library's errors in words of ours."""
    import requests
    from kagglehub import exceptions

    try:
        yield
    except (exceptions.UnauthenticatedError, exceptions.CredentialError) as error:
        raise DownloadError(f"Kaggle wants to know who asks for {name}. {CREDENTIALS}") from error
    except requests.HTTPError as error:
        raise DownloadError(_refusal(name, error.response)) from error
    except requests.RequestException as error:  # no way there, or one that broke off
        raise DownloadError(
            f"Kaggle cannot be reached from this machine, or the way there broke off ({type(error).__name__}). Look at "
            "its network, proxy and firewall and try again; or download the set elsewhere and send it as a ZIP file."
        ) from error
    except (exceptions.DataCorruptionError, zipfile.BadZipFile, tarfile.TarError, ValueError) as error:
        raise DownloadError(f"What Kaggle sent as {name} is damaged or cut short ({error}). Try again.") from error
    except OSError as error:
        raise DownloadError(
            f"{name} cannot be written to the disk ({error.strerror or error}). Make room, or allow this user to write."
        ) from error


def _refusal(name: str, response: object) -> str:
    """What an answer of Kaggle other than yes means."""
    from kagglehub.config import get_kaggle_credentials

    status = getattr(response, "status_code", None)
    if status == HTTPStatus.NOT_FOUND:
        return f"Kaggle has no data set {name}, or shows it to its owner alone. See that the name is that of its page."
    if status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"Kaggle answered with status {status}. Try again later."
    if get_kaggle_credentials() is None:
        return f"Kaggle wants to know who asks for {name}. {CREDENTIALS}"
    return (
        f"Kaggle refuses {name} to this account. See that the key is still valid, and that the account has agreed to "
        f"the set's terms on its page, {address_of(name)}"
    )
