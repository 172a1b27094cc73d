"""Class folders: the folder is the label, the picture is the face."""

import pytest

from tests.training.data.drawn import boxes, draw_scene, said, save, write_folders
from training.data import read
from training.data.folders import read_folders
from training.data.notes import Notes, save_notes
from training.errors import DataError


def test_each_picture_is_one_face_as_large_as_itself(tmp_path):
    found = read_folders(write_folders(tmp_path / "made", {"with_mask": [1, 2], "without_mask": [3]}))
    assert found.table["label"].tolist() == ["mask", "mask", "no_mask"]
    assert found.table["source_label"].tolist() == ["with_mask", "with_mask", "without_mask"]
    assert boxes(found.table) == [[0, 0, 160, 120]] * 3
    assert found.table["crop"].all(), "crops are of no use to the detector"
    assert found.problems == []


def test_what_is_no_class_or_no_picture_is_told(tmp_path):
    write_folders(tmp_path, {"with_mask": [1], "holiday": [2]})
    (tmp_path / "with_mask/broken.jpg").write_bytes(b"no picture")
    (tmp_path / "with_mask/notes.txt").write_text("notes")
    save(draw_scene(3), tmp_path / "with_mask/UPPER.JPG")
    found = read_folders(tmp_path)
    assert sorted(found.table["image"].str.rsplit("/").str[-1]) == ["1.png", "UPPER.JPG"]
    assert {problem.item for problem in found.problems} == {"holiday", "broken.jpg", "notes.txt"}
    assert "no known label" in said(found.problems)


@pytest.mark.parametrize("name", ["With Mask", "with-mask", "WithMask", "MASK", "Face with mask"])
def test_a_name_is_known_however_its_words_are_joined(tmp_path, name):
    found = read(write_folders(tmp_path, {name: [1], "No mask": [2], "Worn wrong": [3]}))
    assert sorted(found.table["label"]) == ["incorrect", "mask", "no_mask"] and found.problems == []
    assert name in set(found.table["source_label"]), "meanings are given to names as the set has them"


def test_parts_of_a_set_may_hold_the_class_folders(tmp_path):
    for part, scene in (("Train", 1), ("Validation", 2), ("Test", 3)):
        write_folders(tmp_path / part, {"WithMask": [scene], "WithoutMask": [10 + scene]})
    found = read(tmp_path)
    assert sorted(zip(found.table["split"], found.table["label"], strict=True)) == [
        (part, label) for part in ("test", "train", "val") for label in ("mask", "no_mask")
    ]


def test_folders_of_names_that_nobody_knows_can_be_given_a_meaning(tmp_path):
    folder = write_folders(tmp_path / "ward", {"covered": [1, 2], "bare": [3]})
    assert read(folder).table.empty and "2 boxes are called 'covered'" in said(read(folder).problems)
    save_notes(folder, Notes(labels={"covered": "mask", "bare": "no_mask"}))
    assert sorted(read(folder).table["label"]) == ["mask", "mask", "no_mask"]


@pytest.mark.parametrize("names", [["2024"], ["images", "labels"]], ids=["one folder", "of another format"])
def test_other_folders_of_pictures_are_no_class_folders(tmp_path, names):
    with pytest.raises(DataError, match="one of"):
        read(write_folders(tmp_path, dict.fromkeys(names, [1])))
