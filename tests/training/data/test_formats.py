"""A data set is recognised by what lies in it; what is none is refused in words that help."""

import pytest

from tests.training.data.drawn import draw_scene, save, voc_xml, write_coco, write_folders, write_voc
from tests.training.data.test_medical_mask import FACE, write_csv, write_json
from training.data.coco import read_coco
from training.data.folders import read_folders
from training.data.formats import recognise
from training.data.medical_mask import read_medical_mask
from training.data.voc import read_voc
from training.data.yolo import read_yolo
from training.errors import DataError


def coco(folder):
    write_coco(folder / "annotations/instances.json", {"a.png": [("face", FACE)]})
    save(draw_scene(1), folder / "images/a.png")


def yolo(folder):
    save(draw_scene(1), folder / "train/images/a.png")
    (folder / "data.yaml").write_text("names: [with_mask]")


FORMATS = pytest.mark.parametrize(
    ("write", "reader"),
    [
        (lambda folder: write_voc(folder, {"a": [("face", FACE)]}), read_voc),
        (coco, read_coco),
        (lambda folder: write_csv(folder, [("face_with_mask", FACE)]), read_medical_mask),
        (lambda folder: write_json(folder, [("face_with_mask", FACE)]), read_medical_mask),
        (lambda folder: write_folders(folder, {"with_mask": [1], "without_mask": [2]}), read_folders),
        (yolo, read_yolo),
    ],
    ids=["voc", "coco", "medical csv", "medical json", "class folders", "yolo"],
)


@FORMATS
def test_each_format_is_recognised(tmp_path, write, reader):
    write(tmp_path)
    assert recognise(tmp_path) is reader


@FORMATS
def test_each_reader_tells_how_far_it_is(tmp_path, write, reader):
    write(tmp_path)
    if reader is read_medical_mask:
        save(draw_scene(1), tmp_path / "images/1.png")
    told = []
    reader(tmp_path, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2 if reader is read_folders else 1)]


@pytest.mark.parametrize(
    ("name", "told"),
    [("missing", "is none"), ("empty", "is empty"), ("strange", r"one of: an \.xml .*It holds holiday\.mp4\.$")],
)
def test_what_is_no_data_set_is_refused_and_told_what_was_expected(tmp_path, name, told):
    (tmp_path / "empty").mkdir()
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange/holiday.mp4").touch()
    with pytest.raises(DataError, match=told):
        recognise(tmp_path / name)


def test_pictures_that_nobody_labelled_are_told_as_such(tmp_path):
    save(draw_scene(1), tmp_path / "ward/1.png")
    with pytest.raises(DataError, match="Box and name the faces in its pictures first"):
        recognise(tmp_path)


@pytest.mark.parametrize("beside", ["a", "train/a", "Annotations/a", "annotations/train/a"])
def test_annotations_are_known_wherever_tools_put_them(tmp_path, beside):
    path = tmp_path / f"{beside}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(voc_xml([("face", FACE)]))
    assert recognise(tmp_path) is read_voc


def test_a_folder_of_sets_is_no_set(tmp_path):
    write_voc(tmp_path / "one", {"a": [("face", FACE)]})
    write_folders(tmp_path / "other", {"with_mask": [1], "without_mask": [2]})
    with pytest.raises(DataError, match="It holds one, other"):
        recognise(tmp_path)


def test_xml_of_other_programs_is_no_annotation(tmp_path):
    (tmp_path / "annotations.xml").write_text("<?xml version='1.0'?><annotations><image/></annotations>")
    with pytest.raises(DataError, match="one of"):
        recognise(tmp_path)
