"""What is written in a format is read back as the same faces, corrections and all."""

import io
import os
import zipfile

import pytest

from maskcore.types import Label
from tests.training.data.drawn import boxes, write_folders, write_voc
from tests.training.data.test_yolo import LEFT as YOLO_LEFT
from tests.training.data.test_yolo import write_yolo
from training.data import read
from training.data.archive import unpack
from training.data.notes import Edit, Notes, add_edits, load_notes
from training.data.writers import Format, write_set

LEFT, RIGHT = (10.5, 20.0, 40.0, 60.0), (80.0, 20.0, 120.0, 80.0)


def export(folder, form, target):
    file = io.BytesIO()
    write_set(read(folder).table, file, form, notes=load_notes(folder))
    assert unpack(file, target) == []
    return read(target)


@pytest.fixture
def folder(tmp_path):
    objects = {"a": [("with_mask", LEFT), ("without_mask", RIGHT)], "b": [("mask_weared_incorrect", RIGHT)], "c": []}
    return write_voc(tmp_path / "set", objects)


@pytest.mark.parametrize("form", [Format.VOC, Format.COCO, Format.YOLO])
def test_boxes_labels_and_empty_pictures_come_back(folder, tmp_path, form):
    add_edits(folder, Edit("images/a.png", LEFT, Label.INCORRECT))
    found = export(folder, form, tmp_path / "new")
    assert found.problems == []
    assert found.table["label"].tolist() == ["incorrect", "no_mask", "incorrect", None]
    assert boxes(found.table)[:3] == [pytest.approx(box, abs=0.02) for box in (LEFT, RIGHT, RIGHT)]


def test_class_folders_hold_one_picture_a_face(folder, tmp_path):
    found = export(folder, Format.FOLDERS, tmp_path / "new")
    assert found.table["label"].value_counts().to_dict() == {"mask": 1, "no_mask": 1, "incorrect": 1}
    sizes = found.table.set_index("label")[["width", "height"]]
    assert sizes.loc["no_mask"].tolist() == [40, 60]


def test_crops_are_copied_byte_by_byte(tmp_path):
    folder = write_folders(tmp_path / "set", {"with_mask": [1], "without_mask": [2]})
    export(folder, Format.FOLDERS, tmp_path / "new")
    assert (tmp_path / "new/mask/1.png").read_bytes() == (folder / "with_mask/1.png").read_bytes()


def test_a_crop_of_which_somebody_said_that_it_is_no_face_gets_no_folder(tmp_path):
    folder = write_folders(tmp_path / "set", {"with_mask": [1], "without_mask": [2]})
    add_edits(folder, Edit("with_mask/1.png", (0.0, 0.0, 160.0, 120.0)))
    export(folder, Format.FOLDERS, tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"README.txt", "no_mask"}


@pytest.mark.parametrize("form", Format)
def test_pictures_older_than_zip_files_can_say_are_written(tmp_path, form):
    folder = write_folders(tmp_path / "set", {"with_mask": [1], "without_mask": [2]})
    os.utime(folder / "with_mask/1.png", (0, 0))
    assert len(export(folder, form, tmp_path / "new").table) == 2


@pytest.mark.parametrize("form", [Format.VOC, Format.COCO, Format.YOLO])
def test_pictures_of_the_same_name_stay_apart_and_parts_are_kept(tmp_path, form):
    text = {"train/a": YOLO_LEFT, "test/a": ""}
    folder = write_yolo(tmp_path / "set", text, yaml="names: [with_mask, without_mask]")
    found = export(folder, form, tmp_path / "new")
    assert found.table["image"].nunique() == 2
    if form is Format.YOLO:
        assert set(found.table["split"]) == {"train", "test"}


def test_terms_go_with_the_pictures(folder):
    file = io.BytesIO()
    write_set(read(folder).table, file, Format.VOC, notes=Notes("CC0", "drawn by us"))
    with zipfile.ZipFile(file) as archive:
        about = archive.read("README.txt").decode()
    assert "Licence: CC0" in about and "Source: drawn by us" in about
    assert "Pictures: 3" in about and "mask 1, no_mask 1, incorrect 1" in about
