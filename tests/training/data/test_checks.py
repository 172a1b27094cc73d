"""Look-alikes are told pair by pair, poor faces with their reason, and the detector's doubts both ways."""

import numpy as np
import pandas as pd
import pytest
from PIL import ImageOps

from maskcore.models import Thresholds
from tests.factories import FakeDetector, make_face
from tests.training.data.drawn import draw_scene, save, write_folders, write_voc
from tests.training.data.test_yolo import LEFT, write_yolo
from training.data import read
from training.data.checks import compare, dispute, find_alike, find_poor, to_dispute
from training.data.folders import read_folders
from training.data.notes import Edit, add_edits, round_box
from training.data.voc import read_voc
from training.data.yolo import read_yolo

BOX = (10, 20, 40, 60)


def test_a_copy_in_another_part_is_a_leak_and_a_mirrored_one_is_found(tmp_path):
    folder = write_yolo(tmp_path / "set", dict.fromkeys(("train/a", "train/b", "test/c", "train/d"), LEFT))
    for name, image in (
        ("test/c", draw_scene(0).resize((80, 60))),
        ("train/d", ImageOps.mirror(draw_scene(1))),
    ):
        save(image, folder / f"images/{name}.png")
    pairs = find_alike(read_yolo(folder).table, cache=tmp_path / "cache")
    names = [
        {path.rsplit("/")[-1][0] for path in pair} for pair in zip(pairs["image_a"], pairs["image_b"], strict=True)
    ]
    assert sorted(map(sorted, names)) == [["a", "c"], ["b", "d"]]
    assert dict(zip(map(min, names), pairs["leaks"], strict=True)) == {"a": True, "b": False}
    assert dict(zip(map(min, names), pairs["mirrored"], strict=True)) == {"a": False, "b": True}


def test_where_nothing_is_alike_there_are_no_pairs(tmp_path):
    table = read_voc(write_voc(tmp_path / "set", {name: [] for name in "abc"})).table
    assert find_alike(table, cache=tmp_path / "cache").empty


def test_a_face_is_poor_for_the_first_reason_that_holds():
    faces = pd.DataFrame(
        {"side": [5, 50, 50, 50], "brightness": [10, 10, 100, 100], "sharpness": [0.0, 0.0, 0.0, 1.0]},
    )
    poor = find_poor(faces, Thresholds(unsure=0.6, small=8, blurred=0.02, dark=25))
    assert poor["poor"].to_dict() == {0: "small", 1: "dark", 2: "blurred"}


@pytest.mark.parametrize(
    ("box", "score", "unboxed", "unseen"),
    [
        (BOX, 0.97, 0, 0),
        ((5, 10, 45, 65), 0.97, 0, 0),
        (BOX, 0.3, 0, 0),
        ((90, 20, 130, 60), 0.97, 1, 1),
        ((90, 20, 130, 60), 0.3, 0, 1),
    ],
    ids=["same", "drawn around the head", "faint but there", "elsewhere", "faint elsewhere"],
)
def test_set_and_detector_are_compared_both_ways(box, score, unboxed, unseen):
    found = compare("a.png", np.array([BOX], float), [make_face(box=box, score=score)])
    assert (len(found.unboxed), len(found.unseen)) == (unboxed, unseen) if found else unboxed == unseen == 0


def test_a_disputed_box_is_the_one_that_an_edit_takes_away(tmp_path):
    """10.35 rounds to 10.3, but as a float32 to 10.4."""
    folder = write_voc(tmp_path, {"a": [("mask", (10.35, 20, 40, 60))]})
    (disputed,) = dispute(read(folder).table, FakeDetector([]))
    add_edits(folder, *(Edit("images/a.png", round_box(tuple(box))) for box in disputed.unseen))
    assert read(folder).table["x1"].isna().all()


def test_pictures_come_one_by_one_and_a_damaged_one_stops_nothing(tmp_path):
    folder = write_voc(tmp_path, {"a": [("mask", BOX)], "b": [], "c": []})
    table = read_voc(folder).table
    (folder / "images/b.png").write_text("damaged")
    found = list(dispute(table, FakeDetector([make_face(box=BOX)])))
    assert [each and len(each.unboxed) for each in found] == [None, None, 1]


def test_a_comparison_goes_on_where_it_was_stopped(tmp_path):
    table = read_voc(write_voc(tmp_path, {"a": [], "b": [], "c": []})).table
    first = next(dispute(table, FakeDetector([make_face(box=BOX)])))
    rest = list(dispute(table, FakeDetector([make_face(box=BOX)]), skip=1))
    assert [first.image, *(each.image for each in rest)] == to_dispute(table)


def test_crops_are_not_looked_at(tmp_path):
    assert to_dispute(read_folders(write_folders(tmp_path, {"with_mask": [1]})).table) == []
