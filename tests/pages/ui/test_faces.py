"""Faces in words and rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maskcore.types import Face, Label, Summary, Uncertain
from pages.ui.faces import add_up, faces_frame, faces_sentence
from tests.factories import make_face, make_faces, make_result


@pytest.mark.parametrize(
    ("faces", "sentence"),
    [
        pytest.param([], "No face found", id="none"),
        pytest.param([make_face()], "1 face: mask 90%", id="one"),
        pytest.param([make_face(label=Label.NO_MASK)], "1 face: no mask 90%", id="one without"),
        pytest.param([make_face(uncertain=Uncertain.SMALL)], "1 face: can't tell (too small)", id="one uncertain"),
        pytest.param([make_face()] * 2, "2 faces: 2 mask", id="two alike"),
        pytest.param(
            make_faces(),
            "4 faces: 1 mask, 1 no mask, 1 worn wrong, 1 can't tell",
            id="one of each, in the order of styles",
        ),
    ],
)
def test_the_sentence_says_how_many_and_what(faces: list[Face], sentence: str) -> None:
    assert faces_sentence(make_result(faces)) == sentence


def test_an_uncertain_face_is_not_counted_under_its_label() -> None:
    frame = faces_frame(make_result([make_face(uncertain=Uncertain.BLURRED)]))

    assert list(frame["Worn"]) == ["? Can't tell: blurred"]


def test_a_row_holds_place_and_size_in_pixels_and_probabilities_in_percent() -> None:
    frame = faces_frame(make_result([make_face(box=(10.2, 20.0, 50.2, 70.0))]))

    row = frame.iloc[0]
    assert (row["#"], row["Left"], row["Top"], row["Size"]) == (1, 10, 20, "40 × 50 px")
    assert (row["Mask"], row["No mask"], row["Worn wrong"]) == pytest.approx((90, 5, 5))


def test_no_face_is_shown_as_certain() -> None:
    certain = replace(make_face(), score=1.0, probabilities={Label.MASK: 0.9998, Label.NO_MASK: 0, Label.INCORRECT: 0})

    row = faces_frame(make_result([certain])).iloc[0]
    assert (row["Mask"], row["Face"]) == (99.9, 99.9)
    assert faces_sentence(make_result([certain])) == "1 face: mask >99%"


def test_no_face_is_an_empty_table_with_its_columns() -> None:
    frame = faces_frame(make_result([]))

    assert len(frame) == 0
    assert "Worn" in frame


def test_counts_add_up_over_pictures() -> None:
    assert add_up([Summary(2, 1, 1), Summary(1, uncertain=1)]) == Summary(3, 1, 1, 0, 1)
    assert add_up([]) == Summary()
