"""Pascal VOC: every face arrives with our label, and what cannot be used is told."""

import pytest

from maskcore.types import Label
from tests.training.data.drawn import boxes, draw_scene, said, save, voc_xml, write_voc
from training.data.voc import read_voc

BOX = (10.5, 20.0, 40.0, 60.2)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("with_mask", "mask"),
        ("face_mask", "mask"),
        ("without_mask", "no_mask"),
        ("face", "no_mask"),
        ("mask_weared_incorrect", "incorrect"),
        ("with_incorrect_mask", "incorrect"),
    ],
)
def test_the_names_of_the_known_sets_become_our_labels(tmp_path, name, label):
    found = read_voc(write_voc(tmp_path / "made", {"a": [(name, BOX)]}))
    row = found.table.iloc[0]
    assert (row["label"], row["source_label"], row["source"]) == (label, name, "made")
    assert (row["width"], row["height"]) == (160, 120)
    assert boxes(found.table) == [list(BOX)]
    assert row["image"] == str((tmp_path / "made/images/a.png").resolve())
    assert found.problems == []


def test_other_names_can_be_given(tmp_path):
    found = read_voc(write_voc(tmp_path, {"a": [("chin", BOX)]}), source="mine", labels={"chin": Label.INCORRECT})
    assert found.table[["label", "source"]].to_numpy().tolist() == [["incorrect", "mine"]]


def test_a_picture_without_objects_is_kept_for_what_is_no_face(tmp_path):
    found = read_voc(write_voc(tmp_path, {"empty": []}))
    assert found.table["image"].str.endswith("empty.png").tolist() == [True]
    assert found.table["x1"].isna().all()


def test_a_picture_with_none_but_unknown_names_does_not_pass_for_one_without_faces(tmp_path):
    found = read_voc(write_voc(tmp_path, {"a": [("hat", BOX)], "b": [("hat", BOX), ("face", BOX)]}))
    assert found.table["image"].str.endswith("b.png").tolist() == [True]
    assert "2 boxes are called 'hat'" in said(found.problems)
    assert "a.png: all its objects have unknown names; left out" in said(found.problems)


def break_xml(folder):
    (folder / "annotations/a.xml").write_text("<annotation>")


def break_number(folder):
    (folder / "annotations/a.xml").write_text(voc_xml([("face", ("wide", 1, 2, 3))]))


def lose_picture(folder):
    (folder / "images/a.png").unlink()


def lose_annotation(folder):
    (folder / "annotations/a.xml").unlink()


def break_picture(folder):
    (folder / "images/a.png").write_bytes(b"no picture")


def lose_corners(folder):
    (folder / "annotations/a.xml").write_text("<annotation><object><name>face</name></object></annotation>")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (break_xml, "a.xml: cannot be read"),
        (break_number, "a.xml: cannot be read"),
        (lose_picture, "a.xml: its picture is missing"),
        (lose_annotation, "a.png: its annotation is missing"),
        (break_picture, "a.png: cannot be read as a picture"),
        (lose_corners, "a.png: a box lacks a corner"),
    ],
)
def test_one_bad_file_is_told_and_the_rest_is_read(tmp_path, harm, told):
    folder = write_voc(tmp_path, {"a": [("face", BOX)], "b": [("face", BOX)]})
    harm(folder)
    found = read_voc(folder)
    assert found.table["image"].str.endswith("b.png").tolist() == [True]
    assert told in said(found.problems)


def test_the_size_is_that_of_the_picture_and_a_wrong_one_in_the_file_is_told(tmp_path):
    folder = write_voc(tmp_path, {"a": [("face", BOX)]})
    (folder / "annotations/a.xml").write_text(voc_xml([("face", BOX)], size=(320, 240)))
    found = read_voc(folder)
    assert found.table[["width", "height"]].to_numpy().tolist() == [[160, 120]]
    assert "gives 320×240 pixels, the picture has 160×120" in said(found.problems)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_lying_picture_has_the_size_that_it_is_seen_in(tmp_path, kind):
    folder = write_voc(tmp_path, {})
    picture = draw_scene(0)
    exif = picture.getexif()
    exif[0x0112] = 6  # turned by 90 degrees
    (folder / "images").mkdir()
    picture.save(folder / f"images/a.{kind}", exif=exif)
    (folder / "annotations/a.xml").write_text(voc_xml([("face", (10, 20, 100, 150))], size=(120, 160)))
    found = read_voc(folder)
    assert found.table[["width", "height"]].to_numpy().tolist() == [[120, 160]]
    assert boxes(found.table) == [[10, 20, 100, 150]]


def test_a_file_of_another_kind_is_told_and_a_hidden_one_is_not(tmp_path):
    folder = write_voc(tmp_path, {"a": [("face", BOX)]})
    save(draw_scene(1), folder / "images/b.gif")
    (folder / "images/._a.png").write_bytes(b"left by macOS")
    assert [problem.item for problem in read_voc(folder).problems] == ["b.gif"]


def test_a_file_in_a_writing_that_nobody_knows_is_told(tmp_path):
    folder = write_voc(tmp_path, {"a": [("face", BOX)], "b": [("face", BOX)]})
    path = folder / "annotations/a.xml"
    path.write_text(f'<?xml version="1.0" encoding="klingon"?>{path.read_text()}')
    found = read_voc(folder)
    assert len(found.table) == 1 and "a.xml: cannot be read" in said(found.problems)


@pytest.mark.parametrize(
    ("pictures", "annotations", "split"),
    [
        ("", "", None),
        ("JPEGImages/", "Annotations/", None),
        ("train/", "train/", "train"),
        ("images/valid/", "annotations/valid/", "val"),
    ],
    ids=["side by side", "as the challenge has it", "as Roboflow does", "in parts"],
)
def test_a_file_is_about_the_picture_of_its_name_wherever_both_lie(tmp_path, pictures, annotations, split):
    others = [part.replace("train", "test").replace("valid", "test") for part in (pictures, annotations)]
    if split is None:
        others = [f"test/{part}" for part in others]
    for number, (place, notes) in enumerate([(pictures, annotations), others]):
        save(draw_scene(number), tmp_path / place / "a.png")
        (tmp_path / notes).mkdir(parents=True, exist_ok=True)
        (tmp_path / notes / "a.xml").write_text(voc_xml([("face", BOX)]))
    found = read_voc(tmp_path)
    assert found.problems == []
    assert dict(zip(found.table["image"], found.table["split"], strict=True)) == {
        str(tmp_path / pictures / "a.png"): split,
        str(tmp_path / others[0] / "a.png"): "test",
    }


def test_no_picture_is_guessed_and_none_read_twice(tmp_path):
    save(draw_scene(1), tmp_path / "north/a.png")
    save(draw_scene(2), tmp_path / "south/a.png")
    save(draw_scene(3), tmp_path / "north/b.png")
    for name in ("annotations/a.xml", "annotations/b.xml", "north/b.xml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(voc_xml([("face", BOX)]))
    found = read_voc(tmp_path)
    assert found.table["image"].tolist() == [str(tmp_path / "north/b.png")]
    assert "a.xml: several pictures bear its name; left out" in said(found.problems)
    assert "b.xml: another file is about its picture; left out" in said(found.problems)
