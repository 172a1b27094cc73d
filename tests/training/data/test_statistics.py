"""Figures are those of the picture as it is seen, are measured once, and say in words what is uneven."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFilter

from tests.training.data.drawn import draw_scene, said, save, write_voc
from training.data import statistics
from training.data.statistics import (
    describe_faces,
    describe_pictures,
    imbalance,
    leave_out_damaged,
    measure_pictures,
)
from training.data.table import DataSet
from training.data.voc import read_voc

LEFT, RIGHT = (10, 20, 40, 60), (80, 20, 120, 80)


@pytest.fixture
def table(tmp_path):
    objects = {"a": [("mask", LEFT), ("no_mask", RIGHT)], "b": [], "c": [("mask", LEFT)]}
    folder = write_voc(tmp_path / "set", objects)
    save(Image.new("RGB", (160, 120), (200, 200, 200)), folder / "images/c.png")
    return read_voc(folder).table


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "kept/measured.parquet"


def test_a_face_is_told_by_size_place_shape_and_light(table, kept):
    faces = describe_faces(table, measure_pictures(table, kept=kept))
    assert faces["side"].tolist() == [30, 40, 30]
    assert faces["aspect"].round(2).tolist() == [0.75, 0.67, 0.75]
    assert faces["share"].iloc[0] == pytest.approx(1200 / 19200)
    assert (faces["x"].iloc[0], faces["y"].iloc[0]) == (25 / 160, 40 / 120)
    assert faces["brightness"].iloc[2] == 200 and faces["sharpness"].iloc[2] == 0, "an even grey"
    assert (faces["sharpness"].iloc[:2] > 0).all()


def test_a_picture_without_faces_counts_as_a_picture(table, kept):
    pictures = describe_pictures(table, measure_pictures(table, kept=kept)).set_index("faces")
    assert sorted(pictures.index) == [0, 1, 2]
    assert pictures.loc[1, "brightness"] == 200
    assert set(pictures["megapixels"]) == {0.0192}


@pytest.mark.parametrize("size", [(4000, 1), (1, 4000)], ids=str)
def test_a_picture_as_thin_as_a_line_is_measured_like_others(tmp_path, kept, size):
    folder = write_voc(tmp_path / "set", {"a": []})
    save(Image.new("RGB", size, (200, 200, 200)), folder / "images/a.png")
    pictures = measure_pictures(read_voc(folder).table, kept=kept).pictures
    assert pictures[["good", "brightness"]].to_numpy().tolist() == [[True, 200]]


def test_a_blurred_face_is_less_sharp(tmp_path, kept):
    folder = write_voc(tmp_path / "set", {"a": [("mask", LEFT)], "b": [("mask", LEFT)]})
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8))
    save(noise, folder / "images/a.png")
    save(noise.filter(ImageFilter.GaussianBlur(4)), folder / "images/b.png")
    table = read_voc(folder).table
    sharp, blurred = describe_faces(table, measure_pictures(table, kept=kept))["sharpness"]
    assert sharp > 10 * blurred


def test_the_second_time_nothing_is_measured_again(table, kept, monkeypatch):
    first = measure_pictures(table, kept=kept)
    monkeypatch.setattr(statistics, "_measure", lambda *_: pytest.fail("measured again"))
    second = measure_pictures(table, kept=kept)
    pd.testing.assert_frame_equal(second.pictures, first.pictures)
    pd.testing.assert_frame_equal(second.faces, first.faces)


def test_a_changed_picture_alone_is_measured_again(table, kept, monkeypatch):
    measure_pictures(table, kept=kept)
    changed = table["image"].iloc[0]
    draw_scene(9).save(changed)
    told = []
    measure_pictures(table, kept=kept, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_what_was_measured_before_it_was_broken_off_is_kept(table, kept, monkeypatch):
    monkeypatch.setattr(statistics, "AT_ONCE", 1)

    def leave(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_pictures(table, kept=kept, on_progress=leave)
    told = []
    measure_pictures(table, kept=kept, on_progress=lambda done, total: told.append(total))
    assert told == [1]


def test_a_damaged_picture_is_marked_and_stops_nothing(table, kept):
    path = table["image"].iloc[0]
    with open(path, "r+b") as file:
        file.truncate(300)
    measured = measure_pictures(table, kept=kept)
    assert describe_faces(table, measured)["brightness"].isna().sum() == 2
    left = leave_out_damaged(DataSet(table), measured)
    assert path not in set(left.table["image"]) and left.table["image"].nunique() == 2
    assert "a.png: the picture is damaged; left out" in said(left.problems)


def test_a_picture_that_is_too_large_to_look_at_is_not_called_damaged(table, kept, monkeypatch):
    monkeypatch.setenv("MASKCORE_MAX_MEGAPIXELS", "0.01")
    left = leave_out_damaged(DataSet(table), measure_pictures(table, kept=kept))
    assert left.table.empty
    assert "a.png: has 0.0192 megapixels, more than the 0.01 of MASKCORE_MAX_MEGAPIXELS" in said(left.problems)


def test_figures_stay_with_their_faces_when_others_are_taken_away(table, kept):
    measured = measure_pictures(table, kept=kept)
    whole = describe_faces(table, measured)
    part = describe_faces(table.drop(index=0), measured)
    assert part["sharpness"].tolist() == whole["sharpness"].tolist()[1:]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"mask": 50, "no_mask": 40, "incorrect": 30}, []),
        ({"mask": 50, "no_mask": 40}, ["no face with a mask worn wrong"]),
        ({"mask": 900, "no_mask": 300, "incorrect": 30}, ["there are 30 with a mask (only 2% of all, 30 faces)"]),
        ({}, ["No face has a label"]),
    ],
    ids=["even", "one missing", "one rare", "none"],
)
def test_what_is_uneven_is_said_in_words(counts, told):
    said = imbalance(pd.Series([label for label, count in counts.items() for _ in range(count)], dtype=object))
    assert len(said) == len(told)
    assert all(each in sentence for each, sentence in zip(told, said, strict=True))
