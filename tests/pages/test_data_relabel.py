"""What a browser hands over becomes corrections once, whatever it sends, and is taken back exactly."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from maskcore.types import Label
from pages.ui.data_relabel import IN_ORDER, LARGEST, SMALLEST, UNLABELLED, choose_faces
from pages.ui.data_relabel_grid import made, parse
from training.data.notes import Edit

BOX = (1.0, 2.0, 30.0, 40.0)
KNOWN = {("a.png", BOX), ("b.png", BOX)}
MINE, OTHERS = Edit("a.png", BOX, Label.NO_MASK), Edit("b.png", BOX, Label.MASK)


def step(serial: int, label: str = "no_mask", *, undo: bool = False, image: str = "a.png") -> dict[str, Any]:
    return {"serial": serial, "undo": undo, "changes": [{"image": image, "box": list(BOX), "label": label}]}


def test_steps_are_made_in_their_order_and_no_face_takes_the_box_away() -> None:
    page, steps = parse({"page": 3, "steps": [step(1), step(2, "none", image="b.png")]})
    assert page == 3
    assert made((), steps, KNOWN) == (MINE, Edit("b.png", BOX))


def test_an_undo_takes_its_own_correction_and_leaves_those_that_others_made_meanwhile() -> None:
    _, steps = parse({"page": 1, "steps": [step(2, undo=True)]})
    assert made((MINE, MINE, OTHERS), steps, KNOWN) == (MINE, OTHERS)


def test_what_a_reload_sends_again_is_not_kept_twice() -> None:
    _, steps = parse({"page": 1, "steps": [step(1)]})
    assert made((MINE, OTHERS), steps, KNOWN) == (MINE, OTHERS)


def test_a_face_that_the_set_lacks_is_passed_over() -> None:
    _, steps = parse({"page": 1, "steps": [step(1, image="../../etc/passwd")]})
    assert made((), steps, KNOWN) == ()


@pytest.mark.parametrize(
    "sent",
    [None, "x", {"page": "no"}, {"steps": 7}, {"steps": [{"serial": 1}]}, {"page": 1, "steps": [step(1, "helmet")]}],
)
def test_what_is_no_step_changes_nothing(sent: object) -> None:
    assert parse(sent)[1] == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"order": IN_ORDER}, "abc"),
        ({"order": SMALLEST}, "bca"),
        ({"order": LARGEST}, "acb"),
        ({"label": Label.MASK}, "a"),
        ({"label": UNLABELLED}, "b"),
        ({"name": "face"}, "bc"),
    ],
)
def test_faces_are_chosen_by_label_name_and_size(options: dict[str, Any], names: str) -> None:
    faces = pd.DataFrame({
        "image": ["c", "a", "b"], "label": ["no_mask", "mask", None], "source_label": ["face", "with_mask", "face"],
        "side": [20.0, 30.0, 10.0], "x1": 1.0, "y1": 2.0, "x2": 30.0, "y2": 40.0,
    })  # fmt: skip
    assert "".join(image for image, _ in choose_faces(faces, **options)) == names
