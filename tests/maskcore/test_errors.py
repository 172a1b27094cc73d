"""One tree of errors, drawn at the top of its module, and no door forgets a class of it."""

from __future__ import annotations

import importlib
import re

import pytest

import maskcore.errors
from maskcore.errors import MaskcoreError


def tree(root: type[MaskcoreError] = MaskcoreError) -> list[type[MaskcoreError]]:
    """The root and everything below it that the core defines."""
    below = [error for child in root.__subclasses__() for error in tree(child)]
    return [error for error in (root, *below) if error.__module__ == maskcore.errors.__name__]


DOORS = ("maskcore.terminal:EXIT_CODES", "api.problems:STATUS_BY_ERROR", "pages.ui.trouble:ADVICE_BY_ERROR")


@pytest.mark.parametrize("door", DOORS)
def test_every_door_has_an_answer_for_every_error(door: str) -> None:
    module, name = door.split(":")
    table = getattr(importlib.import_module(module), name)
    assert not set(tree()) - set(table), "these classes are missing from the table"
    assert all(value for value in table.values())


@pytest.mark.parametrize("error", tree(), ids=lambda error: error.__name__)
def test_an_error_has_a_slug_and_a_title_of_its_own(error: type[MaskcoreError]) -> None:
    others = [other for other in tree() if other is not error]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.slug)
    assert error.slug not in {other.slug for other in others}
    assert error.title not in {other.title for other in others}
    assert error.__doc__


def test_the_drawing_shows_every_error() -> None:
    assert set(re.findall(r"\w+Error\b", maskcore.errors.__doc__ or "")) == {error.__name__ for error in tree()}
