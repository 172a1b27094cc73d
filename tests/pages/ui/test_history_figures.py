"""Figures and their changes in words add up with what is shown."""

from __future__ import annotations

import pytest

from maskcore.events.queries import masked_share
from maskcore.types import Summary
from pages.ui.history_figures import people_change, share, share_change

COUNTS = Summary(faces=10, mask=4, no_mask=3, incorrect=1, uncertain=2)


def test_shares_are_of_those_who_could_be_told() -> None:
    assert {look: share(COUNTS, look) for look in ("mask", "no_mask", "incorrect", "uncertain")} == {
        "mask": masked_share(COUNTS),
        "no_mask": 3 / 8,
        "incorrect": 1 / 8,
        "uncertain": 2 / 10,
    }
    assert share(Summary(), "mask") is None and share(Summary(), "uncertain") is None


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0.82, 0.78, "▲ +4 points against the week before"),
        (0.784, 0.796, "▼ −2 points against the week before"),
        (0.5, 0.49, "▲ +1 point against the week before"),
        (0.501, 0.499, "= the same as the week before"),
        (0.5, None, "nobody to compare with the week before"),
        (None, 0.5, ""),
    ],
)
def test_a_change_is_told_by_arrow_sign_and_words(now: float | None, before: float | None, words: str) -> None:
    assert share_change(now, before, "the week before") == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (1500, 250, "▲ 1,250 more than yesterday"),
        (0, 3, "▼ 3 fewer than yesterday"),
        (3, 3, "= as many as yesterday"),
    ],
)
def test_people_are_compared_by_number(now: int, before: int, words: str) -> None:
    assert people_change(now, before, "yesterday") == words
