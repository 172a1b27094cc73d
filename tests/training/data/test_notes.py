"""What is said about a set lies beside it, counts when it is read, and can be taken back; the data stay as they are."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from maskcore.types import Label
from tests.training.data.drawn import boxes, draw_scene, said, save, write_coco, write_folders, write_voc
from tests.training.data.test_medical_mask import write_csv
from training.data import load_sources, read
from training.data.medical_mask import read_medical_mask
from training.data.notes import FILE_NAME, Edit, Notes, add_edits, change_notes, load_notes, save_notes, undo_edit
from training.errors import DataError

LEFT, RIGHT = (10.0, 20.0, 40.0, 60.0), (80.0, 20.0, 120.0, 80.0)
A = "images/a.png"


@pytest.fixture
def voc(tmp_path):
    return write_voc(tmp_path / "set", {"a": [("with_mask", LEFT), ("helmet", RIGHT)], "b": [("helmet", LEFT)]})


def test_without_notes_a_set_is_read_as_its_reader_does(voc):
    found = read(voc)
    assert found.table["label"].tolist() == ["mask"]
    assert "2 boxes are called 'helmet'" in said(found.problems)
    assert "b.png: all its objects have names that are no faces" in said(found.problems)


def test_notes_come_back_as_they_were_kept(voc):
    notes = Notes("CC0", "drawn", {"helmet": Label.NO_MASK, "hat": None}, (Edit(A, LEFT, Label.MASK), Edit(A)))
    save_notes(voc, notes)
    assert load_notes(voc) == notes


def test_a_name_takes_the_meaning_that_it_is_given(voc):
    save_notes(voc, Notes(labels={"helmet": Label.INCORRECT, "with_mask": None}))
    found = read(voc)
    assert found.table["label"].tolist() == ["incorrect", "incorrect"]
    assert found.problems == [], "what was said to be no face is no surprise"


def test_names_of_coco_and_folders_can_be_given_a_meaning_too(tmp_path):
    save(draw_scene(1), tmp_path / "coco/a.png")
    write_coco(tmp_path / "coco/all.json", {"a.png": [("bare", LEFT)]})
    write_folders(tmp_path / "folders", {"bare": [1], "with_mask": [2]})
    for folder in (tmp_path / "coco", tmp_path / "folders"):
        save_notes(folder, Notes(labels={"bare": Label.NO_MASK}))
        assert "no_mask" in read(folder).table["label"].tolist()


def test_names_of_the_medical_mask_set_keep_the_meaning_that_its_reader_gives_until_somebody_says_otherwise(tmp_path):
    faces = [("face_other_covering", LEFT), ("scarf_bandana", LEFT), ("face_other_covering", RIGHT)]
    write_csv(tmp_path, faces)
    save(draw_scene(1), tmp_path / "images/1.png")
    assert read(tmp_path).table.equals(read_medical_mask(tmp_path).table)
    save_notes(tmp_path, Notes(labels={"face_other_covering": Label.INCORRECT}))
    assert read(tmp_path).table["label"].tolist() == ["incorrect", "incorrect"]


@pytest.mark.parametrize(
    ("edit", "labels"),
    [
        (Edit(A, LEFT, Label.INCORRECT), ["incorrect", "no_mask"]),
        (Edit(A, (1.0, 2.0, 30.0, 40.0), Label.MASK), ["mask", "no_mask", "mask"]),
        (Edit(A, LEFT), ["no_mask"]),
        (Edit(A), []),
        (Edit("images/gone.png", LEFT, Label.MASK), ["mask", "no_mask"]),
    ],
    ids=["change a label", "add a face", "take a box away", "leave a picture out", "of a lost picture"],
)
def test_an_edit_counts_until_it_is_undone(tmp_path, edit, labels):
    folder = write_voc(tmp_path, {"a": [("with_mask", LEFT), ("without_mask", RIGHT)]})
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    add_edits(folder, edit)
    found = read(folder)
    assert found.table["label"].tolist() == labels
    assert ("was mended, but is not there" in said(found.problems)) == ("gone" in edit.image)
    assert undo_edit(folder) == edit and undo_edit(folder) is None
    assert read(folder).table["label"].tolist() == ["mask", "no_mask"]
    assert {path: path.read_bytes() for path in before} == before


def test_a_later_edit_of_a_face_counts_more(voc):
    add_edits(voc, Edit(A, LEFT, Label.INCORRECT), Edit(A, LEFT, Label.NO_MASK))
    assert read(voc).table["label"].tolist() == ["no_mask"]


def test_a_picture_whose_last_box_is_taken_away_is_one_without_faces(voc):
    add_edits(voc, Edit(A, LEFT))
    table = read(voc).table
    assert len(table) == 1 and table["x1"].isna().all() and table["label"].isna().all()


def test_a_face_added_to_a_picture_without_faces_is_its_only_row(tmp_path):
    folder = write_voc(tmp_path, {"a": []})
    add_edits(folder, Edit(A, LEFT, Label.MASK))
    assert boxes(read(folder).table) == [list(LEFT)]


def test_training_sees_the_edits_at_once(tmp_path):
    folder = write_voc(tmp_path / "root/set", {f"{n}": [("with_mask", LEFT)] for n in range(3)})
    cache = tmp_path / "cache"
    load_sources(tmp_path / "root", cache=cache)
    add_edits(folder, Edit("images/1.png", LEFT, Label.NO_MASK))
    assert sorted(load_sources(tmp_path / "root", cache=cache).table["label"]) == ["mask", "mask", "no_mask"]


@pytest.mark.parametrize("content", ["{", "[]", '{"licence": "", "origin": "", "labels": {"a": "hat"}, "edits": []}'])
def test_damaged_notes_are_an_error_that_names_the_file(voc, content):
    (voc / FILE_NAME).write_text(content)
    with pytest.raises(DataError, match=FILE_NAME):
        read(voc)
    with pytest.raises(DataError, match=FILE_NAME):
        add_edits(voc, Edit(A))
    assert (voc / FILE_NAME).read_text() == content


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be written to"):
        save_notes(tmp_path / "nowhere", Notes())


def test_clicks_that_overlap_lose_nothing(voc):
    edits = [Edit(A, (float(number), 0.0, 200.0, 200.0), Label.MASK) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        said = pool.submit(change_notes, voc, lambda notes: replace(notes, licence="CC0"))
        list(pool.map(lambda edit: add_edits(voc, edit), edits))
        said.result()
    assert sorted(load_notes(voc).edits, key=lambda edit: edit.box) == edits
    assert load_notes(voc).licence == "CC0"


@pytest.mark.parametrize("image", ["5", "null", "[]", '"a\\u0000.png"'])
def test_notes_on_what_is_no_picture_are_an_error_that_names_their_file(voc, image):
    save_notes(voc, Notes(edits=(Edit(A, LEFT, Label.MASK),)))
    path = voc / FILE_NAME
    path.write_text(path.read_text().replace('"images/a.png"', image))
    with pytest.raises(DataError, match=FILE_NAME):
        read(voc)
