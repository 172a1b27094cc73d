"""Charts and tables of a film stay small, whatever its length, and say nothing that was not seen."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest

from pages.ui.video_story import CSV_COLUMNS, MOST_POINTS, clock, people_csv, summary_of, timeline_frame


def second(at_s: int, **counts: int) -> dict[str, int]:
    counts = {"mask": 0, "no_mask": 0, "incorrect": 0, "uncertain": 0} | counts
    return {"at_s": at_s, "people": sum(counts.values())} | counts


@pytest.mark.parametrize(
    ("counts", "percent"),
    [({"mask": 1, "no_mask": 3}, 25.0), ({"mask": 2, "uncertain": 5}, 100.0), ({"incorrect": 1}, 0.0)],
)
def test_the_share_counts_those_who_can_be_told(counts: dict[str, int], percent: float) -> None:
    assert timeline_frame([second(0, **counts)])["masked"][0] == percent


@pytest.mark.parametrize("counts", [{}, {"uncertain": 2}])
def test_without_anybody_to_tell_there_is_no_share(counts: dict[str, int]) -> None:
    assert timeline_frame([second(0, **counts)])["masked"].isna().all()


def test_the_last_second_lasts_a_second() -> None:
    frame = timeline_frame([second(0, mask=1), second(1, mask=2)])
    assert list(frame["at_s"]) == [0, 1, 2] and list(frame["people"]) == [1, 2, 2]


def test_hours_become_few_points_and_no_peak_is_lost() -> None:
    timeline = [second(at_s, mask=1 + 8 * (at_s == 5000)) for at_s in range(7200)]
    frame = timeline_frame(timeline)
    assert len(frame) <= MOST_POINTS + 1
    assert frame["people"].max() == 9
    assert frame["at_s"].is_monotonic_increasing and frame["at_s"].iloc[-1] >= 7200


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00.0"), (75.26, "1:15.3"), (59.98, "1:00.0"), (3601, "60:01.0")])
def test_times_read_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


PERSON: dict[str, Any] = {
    "person": 4, "label": "no_mask", "uncertain": None, "confidence": 0.9, "first_s": 0.5, "last_s": 2.0,
}  # fmt: skip


@pytest.mark.parametrize("people", [[], [PERSON]], ids=["nobody", "somebody"])
def test_the_csv_has_a_row_a_person(people: list[dict[str, Any]]) -> None:
    table = pd.read_csv(io.BytesIO(people_csv({"people": people})))
    assert list(table.columns) == CSV_COLUMNS and len(table) == len(people)


def test_people_are_counted_under_their_labels() -> None:
    counts = {"people": 3, "mask": 1, "no_mask": 2, "incorrect": 0, "uncertain": 0}
    assert summary_of({"summary": counts}).to_dict() == {
        "faces": 3,
        "mask": 1,
        "no_mask": 2,
        "incorrect": 0,
        "uncertain": 0,
    }
