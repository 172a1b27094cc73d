"""The medical-mask set: the order of its columns, its four faces among twenty names, its two kinds of file."""

import json

import pandas as pd
import pytest
from PIL import Image

from tests.training.data.drawn import SHARED, boxes, draw_scene, said, save
from training.data.medical_mask import read_medical_mask
from training.errors import DataError

HEAD = "name,x1,x2,y1,y2,classname\n"
FACE = (20, 10, 80, 90)
LOWER, UPPER = (25, 50, 75, 88), (25, 12, 75, 40)
INNER = "Medical mask/Medical mask/Medical Mask"


def write_csv(folder, named, *, name="1.png"):
    lines = [f"{name},{','.join(map(str, box))},{thing}" for thing, box in named]
    (folder / "train.csv").write_text(HEAD + "\n".join(lines) + "\n")


def write_json(folder, named, *, name="1.png"):
    entries = [{"isProtected": False, "ID": 1, "BoundingBox": list(box), "classname": thing} for thing, box in named]
    content = {"FileName": name, "NumOfAnno": len(entries), "Annotations": entries}
    (folder / "annotations").mkdir(parents=True, exist_ok=True)
    (folder / "annotations" / f"{name}.json").write_text(json.dumps(content))


def test_the_values_come_in_another_order_than_the_header_says(tmp_path):
    save(draw_scene(1), tmp_path / "images/1.png")
    write_csv(tmp_path, [("face_with_mask", FACE)])
    found = read_medical_mask(tmp_path)
    assert boxes(found.table) == [list(FACE)]
    assert found.problems == []


@pytest.mark.parametrize("place", [".", INNER], ids=["at the top", "as Kaggle's archive unpacks"])
@pytest.mark.parametrize("write", [write_csv, write_json], ids=["csv", "json"])
def test_both_kinds_of_file_say_the_same(tmp_path, place, write):
    save(draw_scene(1), tmp_path / place / "images/1.png")
    named = [
        ("face_with_mask", FACE),
        ("face_no_mask", (90, 10, 140, 80)),
        ("face_with_mask_incorrect", (1, 1, 15, 19)),
    ]
    write(tmp_path if write is write_csv else tmp_path / place, named)
    table = read_medical_mask(tmp_path, source="made").table
    assert table["label"].tolist() == ["mask", "no_mask", "incorrect"]
    assert table["source_label"].tolist() == [name for name, _ in named]
    assert boxes(table) == [list(box) for _, box in named]


def test_json_counts_where_a_picture_has_both_and_csv_for_the_others(tmp_path):
    for name in ("1.png", "2.png"):
        save(draw_scene(1), tmp_path / "images" / name)
    (tmp_path / "train.csv").write_text(HEAD + "1.png,1,2,30,40,face_no_mask\n2.png,1,2,30,40,face_no_mask\n")
    write_json(tmp_path, [("face_with_mask", FACE)])
    assert read_medical_mask(tmp_path).table["label"].tolist() == ["mask", "no_mask"]


def test_things_are_no_faces_and_are_counted(tmp_path):
    save(draw_scene(1), tmp_path / "images/1.png")
    write_csv(tmp_path, [("face_with_mask", FACE), ("mask_surgical", LOWER), ("hat", UPPER), ("hat", (90, 1, 99, 9))])
    found = read_medical_mask(tmp_path)
    assert len(found.table) == 1
    assert "3 boxes are of things, not faces (hat 2, mask_surgical 1)" in said(found.problems)


def test_a_picture_with_nothing_but_things_does_not_pass_for_one_without_faces(tmp_path):
    save(draw_scene(1), tmp_path / "images/1.png")
    write_csv(tmp_path, [("mask_surgical", LOWER)])
    found = read_medical_mask(tmp_path)
    assert found.table.empty
    assert "1.png: has boxes of things, none of a face" in said(found.problems)


@pytest.mark.parametrize(
    ("things", "label"),
    [
        ([("scarf_bandana", LOWER)], "mask"),
        ([("balaclava_ski_mask", FACE)], "mask"),
        ([("scarf_bandana", UPPER)], "no_mask"),
        ([("sunglasses", UPPER)], "no_mask"),
        ([("hijab_niqab", FACE)], None),
        ([], "no_mask"),
    ],
    ids=["scarf over the mouth", "balaclava", "bandana on the brow", "sunglasses", "veil", "nothing named"],
)
def test_a_face_covered_otherwise_is_masked_where_cloth_covers_the_mouth(tmp_path, things, label):
    save(draw_scene(1), tmp_path / "images/1.png")
    write_csv(tmp_path, [("face_other_covering", FACE), *things])
    assert read_medical_mask(tmp_path).table["label"].tolist() == [label]


def test_labels_without_any_picture_are_one_problem(tmp_path):
    write_csv(tmp_path, [("face_with_mask", FACE)])
    found = read_medical_mask(tmp_path)
    assert found.table.empty
    assert [problem.what for problem in found.problems] == ["has labels for 1 pictures, but no pictures"]


def test_one_broken_json_file_is_told_and_the_rest_is_read(tmp_path):
    for name in ("1.png", "2.png"):
        save(draw_scene(1), tmp_path / "images" / name)
    write_json(tmp_path, [("face_with_mask", FACE)], name="1.png")
    write_json(tmp_path, [("face_with_mask", FACE[:3])], name="2.png")
    found = read_medical_mask(tmp_path)
    assert found.table["image"].str.endswith("1.png").tolist() == [True]
    assert "2.png.json: cannot be read" in said(found.problems)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,x,y\n1.png,2,3\n", "to have the columns name, x1"),
        (HEAD + "1.png,1,2,wide,4,hat\n", "numbers for corners"),
    ],
    ids=["other columns", "no number"],
)
def test_a_csv_that_is_not_as_published_is_an_error_that_says_how_it_should_be(tmp_path, text, told):
    save(draw_scene(1), tmp_path / "images/1.png")
    (tmp_path / "train.csv").write_text(text)
    with pytest.raises(DataError, match=told):
        read_medical_mask(tmp_path)


@pytest.mark.skipif(
    not (SHARED / "medical_mask/train.csv").exists(), reason="the published CSV is not beside the checkout"
)
def test_the_published_csv_gives_boxes_whose_corners_are_in_order(tmp_path):
    """Read by the header's order, five boxes of six would have their corners swapped."""
    published = SHARED / "medical_mask/train.csv"
    (tmp_path / "train.csv").write_bytes(published.read_bytes())
    white = save(Image.new("1", (8000, 8000)), tmp_path / "images/white.png").read_bytes()
    for name in pd.read_csv(published)["name"].unique():
        (tmp_path / "images" / name).write_bytes(white)
    found = read_medical_mask(tmp_path)
    counts = found.table["source_label"].value_counts().to_dict()
    assert counts == {
        "face_with_mask": 4180,
        "face_no_mask": 1569,
        "face_other_covering": 1372,
        "face_with_mask_incorrect": 149,  # the 150th has no width
    }
    assert "1861.jpg: a box is empty" in said(found.problems)
    assert not [problem for problem in found.problems if "swapped" in problem.what or "sticks out" in problem.what]


@pytest.mark.parametrize(
    "text", ["1.png,1,2,30,40,face,more", '1.png,1,2,30,40,"face', "\udcff"], ids=["columns", "quotes", "no text"]
)
def test_a_csv_that_is_none_is_an_error_that_names_it(tmp_path, text):
    (tmp_path / "train.csv").write_text(f"{HEAD}1.png,1,2,30,40,face_no_mask\n{text}\n", errors="surrogateescape")
    with pytest.raises(DataError, match=r"train\.csv"):
        read_medical_mask(tmp_path)


@pytest.mark.parametrize(
    "told", [{"FileName": 5}, {"Annotations": [{"classname": [], "BoundingBox": [1, 2, 3, 4]}]}], ids=str
)
def test_json_that_says_odd_things_stops_no_other(tmp_path, told):
    save(draw_scene(1), tmp_path / "images/1.png")
    write_json(tmp_path, [("face_with_mask", FACE)])
    (tmp_path / "annotations/odd.json").write_text(json.dumps({"FileName": "2.png", "Annotations": []} | told))
    assert len(read_medical_mask(tmp_path).table) == 1
