"""COCO: boxes by corner and size become boxes by corners; empty pictures stay, strangers are told."""

import json

import pytest

from tests.training.data.drawn import boxes, draw_scene, said, save, write_coco, write_folders
from training.data import load_sources, read
from training.data.coco import read_coco
from training.errors import DataError


@pytest.mark.parametrize(
    ("file", "pictures"),
    [
        ("annotations.json", "images"),
        ("annotations/instances_train.json", "train"),
        ("train/_annotations.coco.json", "train"),
    ],
    ids=["at the top", "as COCO does", "as Roboflow does"],
)
def test_faces_are_found_wherever_file_and_pictures_lie(tmp_path, file, pictures):
    save(draw_scene(1), tmp_path / pictures / "a.png")
    save(draw_scene(2), tmp_path / pictures / "b.png")
    write_coco(tmp_path / file, {"a.png": [("with_mask", (10, 20, 40, 60)), ("face", (50, 20, 80, 60))], "b.png": []})
    found = read_coco(tmp_path, source="made")
    assert found.table["label"].tolist()[:2] == ["mask", "no_mask"]
    assert boxes(found.table)[:2] == [[10, 20, 40, 60], [50, 20, 80, 60]]
    assert found.table["x1"].isna().tolist() == [False, False, True], "a picture without faces keeps a row"
    assert found.problems == []


def test_pictures_of_the_same_name_in_two_parts_are_not_confused(tmp_path):
    for part, size in (("train", (160, 120)), ("valid", (90, 70))):
        save(draw_scene(1, size), tmp_path / part / "a.png")
        write_coco(tmp_path / part / "_annotations.coco.json", {"a.png": [("face", (10, 20, 40, 60))]})
    found = read_coco(tmp_path).table
    assert sorted(zip(found["width"], found["split"], strict=True)) == [(90, "val"), (160, "train")]


def test_pictures_of_the_same_name_belong_to_the_list_that_is_named_after_their_folder(tmp_path):
    for part, size in (("train", (160, 120)), ("val", (90, 70))):
        save(draw_scene(1, size), tmp_path / part / "a.png")
        write_coco(tmp_path / f"annotations/instances_{part}.json", {"a.png": [("face", (10, 20, 40, 60))]})
    found = read_coco(tmp_path).table
    assert sorted(zip(found["image"].str.split("/").str[-2], found["width"], strict=True)) == [
        ("train", 160),
        ("val", 90),
    ]


def test_a_name_may_tell_the_folder_from_the_top_of_the_set(tmp_path):
    for part, size in (("one", (160, 120)), ("two", (90, 70))):
        save(draw_scene(1, size), tmp_path / part / "a.png")
    write_coco(tmp_path / "annotations/all.json", {"one/a.png": [("face", (10, 20, 40, 60))]})
    assert read_coco(tmp_path).table["width"].tolist() == [160]


def test_where_several_pictures_bear_a_name_none_is_guessed(tmp_path):
    for part in ("one", "two"):
        save(draw_scene(1), tmp_path / part / "a.png")
    write_coco(tmp_path / "annotations/all.json", {"a.png": [("face", (10, 20, 40, 60))]})
    found = read_coco(tmp_path)
    assert found.table.empty and "a.png: several pictures bear its name" in said(found.problems)


def test_what_cannot_be_used_is_told(tmp_path):
    save(draw_scene(1), tmp_path / "a.png")
    path = write_coco(
        tmp_path / "all.json", {"a.png": [("face", (10, 20, 40, 60)), ("hat", (0, 0, 9, 9))], "gone.png": []}
    )
    content = json.loads(path.read_text())
    content["annotations"].append({"id": 7, "image_id": 0, "category_id": 10, "bbox": [0, 0, 99, 99], "iscrowd": 1})
    path.write_text(json.dumps(content))
    found = read_coco(tmp_path)
    assert boxes(found.table) == [[10, 20, 40, 60]]
    for told in ("1 boxes are called 'hat'", "gone.png: the picture is missing", "box 7: is a crowd"):
        assert told in said(found.problems)


def test_a_picture_that_shows_only_a_crowd_does_not_pass_for_one_without_faces(tmp_path):
    save(draw_scene(1), tmp_path / "a.png")
    path = write_coco(tmp_path / "all.json", {"a.png": [("face", (10, 20, 40, 60))]})
    content = json.loads(path.read_text())
    content["annotations"][0]["iscrowd"] = 1
    path.write_text(json.dumps(content))
    found = read_coco(tmp_path)
    assert found.table.empty and "a.png: has boxes of crowds, none of a face" in said(found.problems)


def test_a_picture_that_two_files_list_is_read_once_with_the_boxes_of_both(tmp_path):
    save(draw_scene(1), tmp_path / "a.png")
    one, other = ("face", (10, 20, 40, 60)), ("face", (50, 20, 80, 60))
    for file, objects in (("all.json", [one]), ("images.json", []), ("train.json", [one, other])):
        write_coco(tmp_path / file, {"a.png": objects})
    assert boxes(read_coco(tmp_path).table) == [list(one[1]), list(other[1])]


def test_a_file_that_breaks_the_format_is_an_error_that_names_it(tmp_path):
    content = {"images": [], "categories": [], "annotations": [{"image_id": 0, "category_id": 5, "bbox": [1, 2, 3, 4]}]}
    (tmp_path / "all.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match=r"all\.json to be COCO"):
        read_coco(tmp_path)


@pytest.mark.parametrize("way", ["../outside/p.png", "annotations/../../outside/p.png", "{outside}/p.png"])
def test_a_list_opens_no_picture_outside_of_its_set(tmp_path, way):
    outside = save(draw_scene(1), tmp_path / "outside" / "p.png").parent
    write_coco(tmp_path / "set" / "all.json", {way.format(outside=outside): [("face", (10, 20, 40, 60))]})
    found = read_coco(tmp_path / "set")
    assert found.table.empty and "lies outside of the set" in said(found.problems)


def test_a_list_may_lie_beside_its_pictures_folder(tmp_path):
    save(draw_scene(1), tmp_path / "pictures" / "a.png")
    write_coco(tmp_path / "annotations" / "all.json", {"../pictures/a.png": [("face", (10, 20, 40, 60))]})
    assert len(read_coco(tmp_path).table) == 1


@pytest.mark.parametrize(
    "broken",
    [{"annotations": ["x"]}, {"annotations": "x"}, {"images": [{"id": {}, "file_name": "a.png"}]},
     {"images": [{"id": 0, "file_name": "a" * 300 + ".png"}]},
     {"annotations": [{"image_id": 0, "category_id": 10, "bbox": ["1", "2", "3", "x"]}]}],
    ids=str,
)  # fmt: skip
def test_whatever_a_file_holds_its_set_alone_is_left_out(tmp_path, broken):
    save(draw_scene(1), tmp_path / "sets/odd/a.png")
    path = write_coco(tmp_path / "sets/odd/all.json", {"a.png": [("face", (10, 20, 40, 60))]})
    path.write_text(json.dumps(json.loads(path.read_text()) | broken))
    write_folders(tmp_path / "sets/good", {"with_mask": [1]})
    found = load_sources(tmp_path / "sets", cache=tmp_path / "cache")
    assert set(found.table["source"]) == {"good"} and found.problems


def test_a_byte_order_mark_is_passed_over(tmp_path):
    save(draw_scene(1), tmp_path / "a.png")
    path = write_coco(tmp_path / "all.json", {"a.png": [("face", (10, 20, 40, 60))]})
    path.write_text(path.read_text(), "utf-8-sig")
    assert read(tmp_path).table["label"].tolist() == ["no_mask"]


def test_a_box_may_be_written_in_words(tmp_path):
    save(draw_scene(1), tmp_path / "a.png")
    path = write_coco(tmp_path / "all.json", {"a.png": [("face", (10, 20, 40, 60))]})
    path.write_text(path.read_text().replace("[10, 20, 30, 40]", '["10", "20", "30", "40"]'))
    assert boxes(read_coco(tmp_path).table) == [[10, 20, 40, 60]]
