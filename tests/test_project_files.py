"""What newcomers and CI read stays true: README, make targets, requirements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maskcore.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ("README.md", "CONTRIBUTING.md")
LISTS = ("requirements-api.txt", "requirements.txt", "requirements-dev.txt")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def plain(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    pins = (line.split("==") for line in read("constraints.txt").splitlines() if line and not line.startswith("#"))
    return {plain(name): version for name, version in pins}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_that_is_told_exists(guide: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    told = set(re.findall(r"(?:`|^)make ([a-z]+)", read(guide), re.MULTILINE))
    assert told and told <= targets


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_within_the_repository_leads_somewhere(guide: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", read(guide))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `MASKCORE_(\w+)` \| ([^|]+?) \|", read("README.md"), re.MULTILINE))
    defaults = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert rows.keys() == defaults.keys()
    numbers = {name: float(field.default) for name, field in defaults.items() if isinstance(field.default, int | float)}
    assert {name: float(rows[name]) for name in numbers} == numbers


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_pinned(name: str) -> None:
    wanted = [plain(found) for found in re.findall(r"^([A-Za-z][\w.-]*)", read(name), re.MULTILINE)]
    assert wanted and [each for each in wanted if each not in pinned()] == []


def test_constraints_name_versions_only() -> None:
    """No path, no host: anyone's index can serve them."""
    lines = [line for line in read("constraints.txt").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)] == []


def test_there_is_one_opencv() -> None:
    """Two wheels of OpenCV overwrite one another; version 5 lacks what the comparisons need."""
    found = {name: version for name, version in pinned().items() if name.startswith("opencv")}
    assert list(found) == ["opencv-python-headless"]
    assert found["opencv-python-headless"].split(".")[0] == "4"


def test_the_api_list_needs_neither_tensorflow_nor_streamlit() -> None:
    assert not re.search(r"(?mi)^(tensorflow|keras|streamlit|pandas|-r)", read("requirements-api.txt"))
