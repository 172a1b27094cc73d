"""YOLO: shares of the picture become pixels; names come from data.yaml however it is written; the bad is told."""

from pathlib import Path

import pytest

from tests.training.data.drawn import boxes, draw_scene, said, save
from training.data.formats import recognise
from training.data.yolo import read_yolo
from training.errors import DataError

NAMES = "names: [with_mask, without_mask]\n"
LEFT, RIGHT = "0 0.25 0.5 0.25 0.5", "1 0.75 0.5 0.25 0.5"  # of 160×120 pixels


def write_yolo(folder: Path, labels: dict[str, str | None], *, yaml: str = NAMES, pictures: str = "images/") -> Path:
    """Each name is a picture's path without ending below `pictures`; None leaves its label file out."""
    (folder / "data.yaml").parent.mkdir(parents=True, exist_ok=True)
    (folder / "data.yaml").write_text(yaml)
    for number, (name, text) in enumerate(labels.items()):
        path = save(draw_scene(number), folder / f"{pictures}{name}.png")
        if text is not None:
            beside = Path(str(path.relative_to(folder)).replace("images", "labels")).with_suffix(".txt")
            (folder / beside).parent.mkdir(parents=True, exist_ok=True)
            (folder / beside).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("pictures", "name", "split"),
    [("images/", "train/a", "train"), ("valid/images/", "a", "val"), ("test/images/", "a", "test"), ("", "a", None)],
    ids=["as Ultralytics does", "as Roboflow does", "test", "side by side"],
)
def test_faces_are_found_wherever_the_labels_lie(tmp_path, pictures, name, split):
    write_yolo(tmp_path, {name: f"{LEFT}\n{RIGHT}\n"}, pictures=pictures)
    assert recognise(tmp_path) is read_yolo
    found = read_yolo(tmp_path)
    assert boxes(found.table) == [[20, 30, 60, 90], [100, 30, 140, 90]]
    assert found.table["label"].tolist() == ["mask", "no_mask"]
    assert set(found.table["split"]) == {split}
    assert found.problems == []


@pytest.mark.parametrize("names", ["data.yaml", "classes.txt"])
def test_byte_order_marks_are_passed_over(tmp_path, names):
    """Editors on Windows write them."""
    write_yolo(tmp_path, {"a": f"{LEFT}\n{RIGHT}\n"})
    text = NAMES if names == "data.yaml" else "with_mask\nwithout_mask\n"
    (tmp_path / "data.yaml").unlink()
    (tmp_path / names).write_text(text, "utf-8-sig")
    (tmp_path / "labels/a.txt").write_text((tmp_path / "labels/a.txt").read_text(), "utf-8-sig")
    assert recognise(tmp_path) is read_yolo
    assert read_yolo(tmp_path).table["label"].tolist() == ["mask", "no_mask"]


@pytest.mark.parametrize(
    "yaml",
    [
        NAMES,
        "nc: 2\nnames: ['with_mask', \"without_mask\"]  # two\n",
        "names:\n- with_mask\n- without_mask\nnc: 2\n",
        "path: .\nnames:\n  0: with_mask\n  1: 'without_mask'\n\ntrain: images\n",
        "names: {1: without_mask, 0: with_mask}\n",
        "names: [\n  with_mask,\n  without_mask,\n]\nnc: 2\n",
    ],
    ids=["list", "quoted", "lines", "numbered", "mapping", "over lines"],
)
def test_names_are_read_however_they_are_written(tmp_path, yaml):
    write_yolo(tmp_path, {"a": f"{LEFT}\n{RIGHT}\n"}, yaml=yaml)
    assert read_yolo(tmp_path).table["source_label"].tolist() == ["with_mask", "without_mask"]


def test_a_file_without_names_is_an_error_that_names_it(tmp_path):
    write_yolo(tmp_path, {"a": LEFT}, yaml="names: 7\n")
    with pytest.raises(DataError, match=r"data\.yaml to have names"):
        read_yolo(tmp_path)


def test_an_outline_becomes_the_box_around_it(tmp_path):
    write_yolo(tmp_path, {"a": "0 0.5 0.25 0.75 0.5 0.5 0.75 0.25 0.5"})
    assert boxes(read_yolo(tmp_path).table) == [[40, 30, 120, 90]]


def test_an_empty_file_is_a_picture_without_faces_and_a_missing_one_is_not(tmp_path):
    found = read_yolo(write_yolo(tmp_path, {"empty": "", "missing": None}))
    assert [Path(path).stem for path in found.table["image"]] == ["empty"]
    assert found.table["x1"].isna().all()
    assert "missing.png: its label file is missing" in said(found.problems)


def test_bad_lines_are_told_one_by_one_and_the_rest_is_read(tmp_path):
    text = f"{LEFT}\nnonsense\n0 0.5 0.5\n0 0.5 0.5 0 0\n0 0.9 0.5 0.4 0.5\n7 0.5 0.5 0.2 0.2\n"
    write_yolo(tmp_path, {"a": text, "broken": LEFT, "worse": "x y z"})
    (tmp_path / "images/broken.png").write_text("no picture")
    (tmp_path / "labels/gone.txt").write_text(LEFT)
    found = read_yolo(tmp_path)
    assert boxes(found.table) == [[20, 30, 60, 90], [112, 30, 160, 90]]
    for told in (
        "a.txt: line 2 is not a class",
        "a.txt: line 3 is not a class",
        "a.png: a box is empty",
        "a.png: a box sticks out",
        "1 boxes are called 'class 7'",
        "broken.png: cannot be read as a picture",
        "worse.txt: has no good line",
        "gone.txt: its picture is missing",
    ):
        assert told in said(found.problems)


@pytest.mark.parametrize("kind", ["nan", "inf", "1e400"])
def test_a_class_that_is_no_number_is_told(tmp_path, kind):
    found = read_yolo(write_yolo(tmp_path, {"a": f"{LEFT}\n{kind} 0.5 0.5 0.2 0.2\n"}))
    assert len(found.table) == 1 and "line 2 is not a class" in said(found.problems)


@pytest.mark.parametrize("names", ["classes.txt", "labels/classes.txt", "images/obj.names"])
def test_names_may_stand_a_line_each_in_a_list(tmp_path, names):
    write_yolo(tmp_path, {"a": f"{LEFT}\n{RIGHT}\n"})
    (tmp_path / "data.yaml").unlink()
    (tmp_path / names).write_text("with_mask\nwithout_mask\n")
    assert recognise(tmp_path) is read_yolo
    found = read_yolo(tmp_path)
    assert found.table["source_label"].tolist() == ["with_mask", "without_mask"] and found.problems == []


def test_a_list_of_names_without_labels_makes_no_set(tmp_path):
    write_yolo(tmp_path, {"a": None})
    (tmp_path / "data.yaml").rename(tmp_path / "classes.txt")
    with pytest.raises(DataError, match="one of"):
        recognise(tmp_path)
