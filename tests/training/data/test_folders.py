"""Class folders: the folder is the label, the picture is the face."""

from tests.training.data.drawn import boxes, draw_scene, said, save, write_folders
from training.data.folders import read_folders


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
