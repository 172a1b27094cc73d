"""Suspect labels: looked for when asked, taken over or kept, and not asked about twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from maskcore.types import Label
from pages.ui import data_suspects
from tests.pages.conftest import words
from tests.pages.test_data import LEFT, button, open_set
from tests.pages.test_data import root as root
from training.data.notes import Edit, change_notes, load_notes
from training.data.suspects import Suspects


def look(page: AppTest) -> AppTest:
    page.segmented_control("data_kind").set_value("Labels").run()
    return button(page, "Look for wrong labels").click().run()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two suspects at every look; how many faces each look judged."""
    done: list[int] = []

    def find(faces: pd.DataFrame, parts: list, groups: dict) -> Suspects:
        done.append(len(faces))
        return Suspects(faces.head(2).assign(suggested="no_mask", confidence=0.97, sure=[True, False]), len(faces))

    monkeypatch.setattr(data_suspects, "find_suspects", find)
    return done


@pytest.mark.usefixtures("detector", "looks")
def test_a_suggestion_is_taken_over_or_the_label_kept(root: Path) -> None:
    page = look(open_set(part="What is wrong"))
    assert not page.exception and "2 look wrong" in words(page)

    button(page, "No mask").click().run()
    button(page, "Keep mask").click().run()

    taken, kept = Edit("images/p00.png", LEFT, Label.NO_MASK), Edit("images/p01.png", LEFT, Label.MASK)
    assert load_notes(root / "drawn").edits == (taken, kept)
    assert "None is left" in words(page)
    button(page, "Undo the last of 2 corrections").click().run()
    assert "1 look wrong" in words(page)


@pytest.mark.usefixtures("detector")
def test_the_next_visit_shows_what_was_found_and_can_look_again(root: Path, looks: list[int]) -> None:
    button(look(open_set(part="What is wrong")), "No mask").click().run()

    page = open_set(part="What is wrong")
    page.segmented_control("data_kind").set_value("Labels").run()

    assert not page.exception and "before the last corrections" in words(page) and "1 look wrong" in words(page)
    assert len(looks) == 1
    button(page, "Look again").click().run()
    assert not page.exception and len(looks) == 2
    assert f"{datetime.now(UTC):%d %b %Y}" in words(page) and "before the last corrections" not in words(page)


@pytest.mark.usefixtures("detector")
def test_a_change_of_the_set_asks_for_a_new_look(root: Path, looks: list[int]) -> None:
    look(open_set(part="What is wrong"))
    change_notes(root / "drawn", lambda notes: replace(notes, labels={"without_mask": None}))

    page = open_set(part="What is wrong")
    page.segmented_control("data_kind").set_value("Labels").run()

    assert not page.exception and button(page, "Look for wrong labels") and len(looks) == 1


@pytest.mark.usefixtures("detector")
def test_a_set_with_too_few_labels_says_what_is_missing() -> None:
    page = look(open_set(part="What is wrong"))

    assert not page.exception
    assert "at least two labels" in page.error[0].value
