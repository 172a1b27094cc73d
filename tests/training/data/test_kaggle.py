"""A set of Kaggle comes whole or not at all, and each trouble on the way has words of its own."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import requests
from typer.testing import CliRunner

from tests.training.data.drawn import write_voc
from training.cli import app
from training.data import kaggle, read
from training.data.download import Download
from training.data.notes import Notes, load_notes
from training.errors import DataError, DownloadError

NAME, NOTES = "andrewmvd/face-mask-detection", Notes("CC0", "Kaggle")


class Unauthenticated(Exception):
    pass


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stands in for kagglehub: `answer(folder)` is what a download does, `credentials()` what is known of the user."""
    acts = SimpleNamespace(answer=lambda folder: None, credentials=lambda: None)
    main, exceptions, config = (ModuleType(f"kagglehub{part}") for part in ("", ".exceptions", ".config"))
    main.dataset_download = lambda name, *, output_dir: acts.answer(Path(output_dir))
    for each in ("UnauthenticatedError", "CredentialError", "DataCorruptionError"):
        setattr(exceptions, each, Unauthenticated if each == "UnauthenticatedError" else type(each, (Exception,), {}))
    main.exceptions, main.config = exceptions, config
    config.get_kaggle_credentials = lambda: acts.credentials()
    for module in (main, exceptions, config):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(kaggle, "is_installed", lambda: True)
    return acts


def refuse(status: int) -> requests.HTTPError:
    response = requests.Response()
    response.status_code = status
    return requests.HTTPError("no", response=response)


def fails(error: Exception):
    def answer(folder: Path) -> None:
        folder.mkdir()
        (folder / "1.archive").write_bytes(b"half")
        raise error

    return answer


@pytest.mark.parametrize(
    "text", [NAME, f" {NAME} ", f"https://www.kaggle.com/datasets/{NAME}", f"kaggle.com/datasets/{NAME}/"]
)
def test_a_name_or_the_address_of_a_page_is_taken(text: str) -> None:
    assert kaggle.name_of(text) == NAME


@pytest.mark.parametrize("text", ["", "mask", "a/b/c", "../etc/passwd", "a/..", "https://example.org/a/b"])
def test_what_is_no_name_is_told_with_an_example(text: str) -> None:
    with pytest.raises(DataError, match="OWNER/NAME, such as"):
        kaggle.name_of(text)


def test_a_set_comes_with_its_terms_and_without_links(library: SimpleNamespace, tmp_path: Path) -> None:
    def answer(folder: Path) -> None:
        inner = write_voc(folder / "deep", {"a": [("with_mask", (10, 20, 40, 60))]})
        (inner / "images/b.png").symlink_to("/etc/hostname")
        (folder / ".complete").mkdir()

    library.answer = answer
    kaggle.fetch(NAME, tmp_path / "sets/mask", notes=NOTES)

    assert load_notes(tmp_path / "sets/mask") == NOTES
    assert read(tmp_path / "sets/mask").table["label"].tolist() == ["mask"]
    assert [path.name for path in (tmp_path / "sets").iterdir()] == ["mask"]
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]


@pytest.mark.parametrize(
    ("error", "known", "told"),
    [
        pytest.param(requests.ConnectionError("x"), None, "cannot be reached from this machine", id="no network"),
        pytest.param(Unauthenticated("x"), None, "who asks .* KAGGLE_USERNAME and KAGGLE_KEY", id="no credentials"),
        pytest.param(refuse(403), None, "who asks .* kaggle.json", id="refused to a stranger"),
        pytest.param(refuse(403), "me", "refuses .* to this account", id="refused to an account"),
        pytest.param(refuse(404), None, "has no data set", id="no such set"),
        pytest.param(refuse(500), None, "status 500. Try again later", id="Kaggle stumbles"),
        pytest.param(zipfile.BadZipFile("x"), None, "damaged or cut short", id="damaged"),
        pytest.param(OSError(28, "No space left on device"), None, "No space left", id="disk"),
    ],
)
def test_each_trouble_has_words_of_its_own_and_leaves_nothing(
    library: SimpleNamespace, tmp_path: Path, error: Exception, known: str | None, told: str
) -> None:
    library.answer, library.credentials = fails(error), lambda: known
    with pytest.raises(DownloadError, match=told):
        kaggle.fetch(NAME, tmp_path / "sets/mask", notes=NOTES)
    assert list((tmp_path / "sets").iterdir()) == []


def test_a_damaged_kaggle_json_is_told(library: SimpleNamespace, tmp_path: Path) -> None:
    def credentials() -> None:
        raise ValueError("Invalid Kaggle credentials file")

    library.credentials = credentials
    with pytest.raises(DownloadError, match=r"Expected kaggle\.json"):
        kaggle.fetch(NAME, tmp_path / "mask", notes=NOTES)


def test_what_is_no_data_set_of_faces_is_told_and_not_kept(library: SimpleNamespace, tmp_path: Path) -> None:
    def answer(folder: Path) -> None:
        folder.mkdir()
        (folder / "prices.csv").write_text("a,b")
        (folder / "about.txt").write_text("x")

    library.answer = answer
    with pytest.raises(DataError, match="It holds about.txt, prices.csv"):
        kaggle.fetch(NAME, tmp_path / "sets/mask", notes=NOTES)
    assert list((tmp_path / "sets").iterdir()) == []


def test_without_the_library_the_command_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kaggle, "is_installed", lambda: False)
    done = CliRunner().invoke(app, ["get", NAME, "--data", str(tmp_path), "--licence", "CC0"])
    assert isinstance(done.exception, DownloadError)
    assert "pip install -r requirements-kaggle.txt" in str(done.exception)


def test_the_command_asks_for_terms_and_tells_where_the_set_lies(library: SimpleNamespace, tmp_path: Path) -> None:
    library.answer = lambda folder: write_voc(folder, {"a": []})
    done = CliRunner().invoke(app, ["get", "a/mine", "--data", str(tmp_path)], input="CC BY 4.0\n")
    assert done.exit_code == 0 and str(tmp_path / "mine") in done.output
    assert load_notes(tmp_path / "mine").licence == "CC BY 4.0"


def test_a_fault_of_a_download_is_told_and_ends_it(library: SimpleNamespace, tmp_path: Path) -> None:
    library.answer = fails(ZeroDivisionError("oops"))
    download = Download(NAME, tmp_path / "mask", notes=NOTES)
    download.wait(30)
    assert not download.running and "oops" in str(download.error)


def test_the_real_library_tells_that_there_is_no_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("kagglehub", reason="kagglehub is not installed; it is in requirements-kaggle.txt")
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")  # nobody listens on this machine's port 80
    with pytest.raises(DownloadError, match="cannot be reached from this machine"):
        kaggle.fetch(NAME, tmp_path / "mask", notes=NOTES)
