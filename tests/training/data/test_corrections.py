"""Second labels replace the first where they are of the same face, and only there."""

import pytest

from tests.training.data.drawn import said, write_voc
from training.data.voc import read_voc
from training.errors import DataError

LEFT, RIGHT = (10, 20, 50, 80), (80, 20, 120, 80)
HEAD = "image,x1,y1,x2,y2,label\n"


def square(box):
    """As the second labels draw a face: a square about its middle, overlapping the first box by two thirds."""
    x, y, half = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 24.5
    return f"{x - half},{y - half},{x + half},{y + half}"


@pytest.fixture
def corrected(tmp_path):
    """Reads a picture with a bare face on the left and a masked one on the right, corrected by the lines given."""

    def read(*lines):
        folder = write_voc(tmp_path, {"test_1": [("face", LEFT), ("face_mask", RIGHT)]})
        (folder / "mafa_labels.csv").write_text(HEAD + "\n".join(lines) + "\n")
        return read_voc(folder)

    return read


@pytest.mark.parametrize(
    ("second", "label", "covered"),
    [
        ("mask", "mask", False),
        ("no_mask", "no_mask", False),
        ("incorrect", "incorrect", False),
        ("covered", "no_mask", True),
    ],
)
def test_the_second_label_counts(corrected, second, label, covered):
    table = corrected(f"test_1.png,{square(RIGHT)},{second}").table
    assert table["label"].tolist() == ["no_mask", label]
    assert table["covered"].tolist() == [False, covered]
    assert table["source_label"].tolist() == ["face", "face_mask"], "the first label stays to be seen"


def test_each_face_gets_its_own_label_in_whatever_order(corrected):
    found = corrected(f"test_1.png,{square(RIGHT)},incorrect", f"test_1.png,{square(LEFT)},covered")
    assert found.table["label"].tolist() == ["no_mask", "incorrect"]
    assert found.table["covered"].tolist() == [True, False]
    assert "differs on 1 of 2 labels" in said(found.problems)


def test_two_second_labels_do_not_go_to_one_face(corrected):
    nearby = "34,26,83,75"  # overlaps the left face a little, less than the box below does
    found = corrected(f"test_1.png,{nearby},incorrect", f"test_1.png,{square(LEFT)},mask")
    assert found.table["label"].tolist() == ["mask", "mask"]
    assert "1 of its boxes are of no known face" in said(found.problems)


@pytest.mark.parametrize("line", ["test_1.png,130,90,150,110,no_mask", "test_2.png,80,20,120,80,no_mask"])
def test_a_box_of_no_known_face_changes_nothing_and_is_told(corrected, line):
    found = corrected(line)
    assert found.table["label"].tolist() == ["no_mask", "mask"]
    assert "1 of its boxes are of no known face" in said(found.problems)


def test_an_unknown_label_is_an_error_that_names_it(corrected):
    with pytest.raises(DataError, match=r"mafa_labels\.csv to say mask.*it says banana"):
        corrected(f"test_1.png,{square(RIGHT)},banana")


def test_missing_columns_are_an_error_that_names_them(tmp_path):
    folder = write_voc(tmp_path, {"test_1": [("face", LEFT)]})
    (folder / "mafa_labels.csv").write_text("image,x1,y1,x2,y2\n")
    with pytest.raises(DataError, match="no label"):
        read_voc(folder)


@pytest.mark.parametrize("line", ["test_1.png,left,2,3,4,mask", 'test_1.png,1,2,3,4,"mask'], ids=["words", "quotes"])
def test_a_file_that_is_no_table_of_boxes_is_an_error_that_names_it(corrected, line):
    with pytest.raises(DataError, match=r"mafa_labels\.csv"):
        corrected(line)
