"""Suspect labels: looked for when asked, taken over or kept, and not asked about twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from maskcore.types import Label
from pages.ui import data_suspects
from tests.pages.conftest import words
from tests.pages.test_data import LEFT, button, open_set
from tests.pages.test_data import root as root
from training.data.notes import Edit, load_notes
from training.data.suspects import Suspects


def look(page: AppTest) -> AppTest:
    page.segmented_control("data_kind").set_value("Labels").run()
    return button(page, "Look for wrong labels").click().run()


@pytest.mark.usefixtures("detector")
def test_a_suggestion_is_taken_over_or_the_label_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        data_suspects,
        "find_suspects",
        lambda faces, parts, groups: Suspects(
            faces.head(2).assign(suggested="no_mask", confidence=0.97, sure=[True, False]), len(faces)
        ),
    )
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
def test_a_set_with_too_few_labels_says_what_is_missing() -> None:
    page = look(open_set(part="What is wrong"))

    assert not page.exception
    assert "at least two labels" in page.error[0].value
