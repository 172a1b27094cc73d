"""What a visitor changes in a table becomes edits, and nothing besides; pictures come in the order asked for."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from maskcore.imaging import encode_jpeg
from maskcore.types import Label
from pages.ui.data_boxes import Mark, picture_svg
from pages.ui.data_gallery import ordered
from pages.ui.data_mend import TAKE_AWAY, edit_words, edits_of, faces_frame
from pages.ui.data_overview import AS_READ, NO_FACE, changed_meanings
from tests.factories import make_picture
from training.data.notes import Edit
from training.data.table import make_table

PICTURE = {"image": "a.png", "width": 100, "height": 100}
ROWS = make_table(
    [
        PICTURE | {"x1": 1.04, "y1": 2, "x2": 30, "y2": 40, "label": "mask", "source_label": "with_mask"},
        PICTURE | {"x1": 50, "y1": 50, "x2": 90, "y2": 99},
    ],
    problems=[],
)


@pytest.mark.parametrize(
    ("row", "words", "edit"),
    [
        (0, "Worn wrong", Edit("a.png", (1.0, 2.0, 30.0, 40.0), Label.INCORRECT)),
        (1, "Mask", Edit("a.png", (50.0, 50.0, 90.0, 99.0), Label.MASK)),
        (1, TAKE_AWAY, Edit("a.png", (50.0, 50.0, 90.0, 99.0), None)),
    ],
)
def test_a_changed_row_is_an_edit_of_its_face(row: int, words: str, edit: Edit) -> None:
    before = faces_frame(ROWS)
    after = before.copy()
    after.loc[row, "Worn"] = words
    assert edits_of("a.png", ROWS, before, after) == [edit]


def test_an_unchanged_table_is_no_edit() -> None:
    before = faces_frame(ROWS)
    assert before["Worn"].tolist() == ["Mask", "No label"]
    assert edits_of("a.png", ROWS, before, before.copy()) == []


def test_an_edit_is_told_in_words() -> None:
    assert edit_words(Edit("a.png")) == "The picture is left out"
    assert edit_words(Edit("a.png", (1, 2, 3, 4))).startswith("No face")
    assert edit_words(Edit("a.png", (1, 2, 3, 4), Label.NO_MASK)) == "No mask: the face at 1, 2"


def test_only_meanings_that_were_changed_are_kept() -> None:
    before = pd.DataFrame(
        [("with_mask", 3, "Mask"), ("helmet", 2, NO_FACE), ("cover", 1, AS_READ)],
        columns=["Name in the set", "Boxes", "Means"],
    )
    after = before.assign(Means=[NO_FACE, "No mask", AS_READ])
    assert changed_meanings(before, after) == {"with_mask": None, "helmet": Label.NO_MASK}


FACES = pd.DataFrame(
    {"image": ["a", "a", "b", "c"], "label": ["mask", "no_mask", "mask", "no_mask"], "side": [9, 50, 20, 30]}
)
PICTURES = pd.DataFrame({"image": ["a", "b", "c", "d"], "faces": [2, 1, 1, 0]})


@pytest.mark.parametrize(
    ("order", "label", "images"),
    [
        ("largest", None, ["a", "c", "b"]),
        ("smallest", None, ["a", "b", "c"]),
        ("largest", Label.MASK, ["b", "a"]),
        ("most", None, ["a", "b", "c", "d"]),
        ("most", Label.NO_MASK, ["a", "c"]),
        ("none", None, ["d"]),
    ],
)
def test_pictures_come_in_the_order_asked_for(order: str, label: Label | None, images: list[str]) -> None:
    assert ordered(FACES, PICTURES, order, label=label) == images


def test_a_random_order_holds_every_picture_and_changes_with_its_seed() -> None:
    many = pd.DataFrame({"image": [f"{n}" for n in range(30)], "faces": 0})
    one, other = (ordered(FACES, many, "random", seed=seed) for seed in (0, 1))
    assert sorted(one) == sorted(other) == sorted(many["image"]) and one != other
    assert ordered(FACES, many, "random", seed=0) == one
    assert ordered(FACES, many[many["image"] != "7"], "random", seed=0) == [image for image in one if image != "7"]


def test_a_drawn_picture_is_one_file_whose_boxes_are_told_without_colour() -> None:
    marks = [Mark((10, 60, 110, 160), "mask"), Mark((150, 60, 250, 160), "incorrect", "<2> & 3")]
    svg = ElementTree.fromstring(picture_svg(encode_jpeg(make_picture()), 320, 240, marks))
    name = "{http://www.w3.org/2000/svg}"
    assert [text.text for text in svg.iter(f"{name}text")] == ["✓", "◒ <2> & 3"]
    assert sum("stroke-dasharray" in rect.attrib for rect in svg.iter(f"{name}rect")) == 1
    data = base64.b64decode(svg.find(f"{name}image").attrib["href"].split(",")[1])  # type: ignore[union-attr]
    assert np.frombuffer(data, np.uint8)[:2].tolist() == [0xFF, 0xD8]
