"""docs/api.md tells the truth: every example runs against a live server with the model that ships."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from api import problems
from api.film_shapes import VideoOptions
from api.schemas import BatchOptions, Options
from maskcore.errors import InputError, ModelError
from maskcore.samples import SAMPLES
from tests.browser.chromium import find_chromium
from tests.browser.servers import start_api
from tests.maskcore.test_errors import tree
from tests.maskcore.video.made import make_film

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "api.md").read_text(encoding="utf-8")
WRITTEN_ADDRESS = "localhost:8000"


class Example(NamedTuple):
    """A block of code and where it stands."""

    language: str
    code: str
    line: int


def examples() -> list[Example]:
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return [Example(each[1], each[2], TEXT.count("\n", 0, each.start()) + 1) for each in found]


def parametrize(language: str) -> pytest.MarkDecorator:
    chosen = [each for each in examples() if each.language == language]
    return pytest.mark.parametrize("example", chosen, ids=[f"line {each.line}" for each in chosen])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_api(tmp_path_factory.mktemp("api") / "server.log") as url:
        yield url.removeprefix("http://")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the examples run: a portrait, a film, a file that is no picture, and the client."""
    shutil.copy(SAMPLES[0].path, tmp_path / "photo.jpg")
    make_film(tmp_path / "film.mp4")
    (tmp_path / "notes.txt").write_text("no picture\n")
    shutil.copy(DOCS / "client/maskcheck_client.py", tmp_path)
    return tmp_path


def run(command: list[str], code: str, folder: Path) -> str:
    done = subprocess.run([*command, code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    return done.stdout


@pytest.mark.slow
@parametrize("sh")
def test_a_command_runs(example: Example, address: str, folder: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    run(["sh", "-euc"], example.code.replace(WRITTEN_ADDRESS, address), folder)


@pytest.mark.slow
@parametrize("python")
def test_a_python_example_runs(example: Example, address: str, folder: Path) -> None:
    run([sys.executable, "-W", "error", "-c"], example.code.replace(WRITTEN_ADDRESS, address), folder)


@pytest.mark.slow
@parametrize("javascript")
def test_a_javascript_example_runs_in_node(example: Example, address: str, folder: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed")
    run([node, "--input-type=module", "--eval"], example.code.replace(WRITTEN_ADDRESS, address), folder)


@pytest.mark.slow
@pytest.mark.browser
@parametrize("javascript")
def test_a_javascript_example_runs_in_a_browser(example: Example, address: str) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    said: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"http://{address}/docs")
        page.evaluate(f"(async () => {{ {example.code.replace(WRITTEN_ADDRESS, address)} }})()")
        browser.close()
    assert said


def test_there_are_examples_of_every_language() -> None:
    assert {each.language for each in examples()} >= {"sh", "python", "javascript", "json"}
    assert WRITTEN_ADDRESS in TEXT


def test_every_option_is_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert rows == [*BatchOptions.model_fields, "faces", "explain"] == list(Options.model_fields)


def test_every_option_of_a_film_is_in_its_table() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| [^|]+ \|$", TEXT.split("## Films")[1], re.MULTILINE)
    assert rows[1:5] == list(VideoOptions.model_fields)


def test_every_problem_is_in_the_table_with_its_status() -> None:
    real = {(status, slug) for slug, (status, _) in problems._REQUEST_PROBLEMS.items()}
    real |= {(status, slug) for status, (slug, _) in problems._HTTP_PROBLEMS.items()}
    reach_a_caller = [each for root in (InputError, ModelError) for each in tree(root)]
    told = set()
    for status, types in re.findall(r"^\| (\d{3}) \| ([^|]+) \|", TEXT, re.MULTILINE):
        told |= {(int(status), slug) for slug in re.findall(r"/problems/([\w-]+)", types)}
    assert real <= told
    assert told - real <= {(problems.STATUS_BY_ERROR[each], each.slug) for each in reach_a_caller}
    pictures = {each for each in reach_a_caller if each.__name__.startswith(("Image", "Option", "Model"))}
    assert {(problems.STATUS_BY_ERROR[each], each.slug) for each in pictures} <= told


def test_every_link_leads_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", TEXT) if "://" not in link]
    assert links and all((DOCS / link).exists() for link in links)
