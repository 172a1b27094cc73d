"""Crops show the face that the label speaks of."""

import cv2
import numpy as np
import pytest

from training.data.crops import CropSampler, Jitter
from training.data.table import LABELS, make_table
from training.runs.classifier import draw_shares


@pytest.fixture
def table(tmp_path):
    """One photograph with a blue mask, a green bare face and one face too small to learn from."""
    image = np.full((200, 300, 3), 90, np.uint8)
    image[20:80, 20:70] = (255, 0, 0)
    image[100:180, 200:270] = (0, 255, 0)
    cv2.imwrite(str(tmp_path / "photograph.png"), image)
    common = {"image": str(tmp_path / "photograph.png"), "width": 300, "height": 200, "source": "made"}
    rows = [
        common | {"x1": 20, "y1": 20, "x2": 70, "y2": 80, "label": "mask"},
        common | {"x1": 200, "y1": 100, "x2": 270, "y2": 180, "label": "no_mask"},
        common | {"x1": 5, "y1": 150, "x2": 10, "y2": 155, "label": "no_mask"},
    ]
    return make_table(rows, problems=[])


@pytest.mark.parametrize("jitter", [None, Jitter(paint=0, recolor=0)], ids=["as the box says", "varied"])
def test_a_crop_shows_its_own_face(table, jitter):
    sampler = CropSampler(table, side=64, margin=0.1, jitter=jitter)
    random = np.random.default_rng(0)
    colours = {"mask": 0, "no_mask": 1}
    for index in range(len(sampler)):
        channel = colours[LABELS[sampler.labels[index]].value]
        for _ in range(20):
            middle = sampler.cut(index, random)[0][24:40, 24:40].reshape(-1, 3).mean(axis=0)
            assert middle.argmax() == channel
            assert middle.max() > 150


def test_faces_too_small_to_see_are_left_out(table):
    assert len(CropSampler(table, side=64, margin=0.1, jitter=None)) == 2


def test_a_varied_crop_has_the_asked_size_even_at_the_edge(table):
    edge = table.assign(x1=0.0, y1=0.0, x2=12.0, y2=12.0)
    sampler = CropSampler(edge, side=50, margin=0.5, jitter=Jitter(shift=0.5, zoom=1.0))
    random = np.random.default_rng(0)
    assert {sampler.cut(0, random)[0].shape for _ in range(40)} == {(50, 50, 3)}


@pytest.mark.parametrize("size_wh", [(6000, 8), (8, 6000)], ids=str)
def test_a_face_as_thin_as_a_line_stops_no_training(tmp_path, size_wh):
    path, (width, height) = str(tmp_path / "line.png"), size_wh
    cv2.imwrite(path, np.full((height, width, 3), 90, np.uint8))
    face = {"x1": 0, "y1": 0, "x2": width, "y2": height, "label": "no_mask", "crop": True, "source": "made"}
    table = make_table([face | {"image": path, "width": width, "height": height}], problems=[])
    sampler = CropSampler(table, side=64, margin=0.25, jitter=Jitter())
    assert {sampler.cut(0, np.random.default_rng(seed))[0].shape for seed in range(20)} == {(64, 64, 3)}


@pytest.mark.parametrize(("balance", "share"), [(0.0, 0.9), (1.0, 0.5)], ids=["as they come", "alike"])
def test_balance_says_how_often_rare_labels_are_drawn(table, balance, share):
    rows = table.iloc[[0] * 9 + [1]]
    shares = draw_shares(CropSampler(rows, side=32, margin=0.0, jitter=None), balance=balance)
    np.testing.assert_allclose(shares[:9].sum(), share)


def test_a_painted_crop_bears_the_label_of_what_was_painted(table):
    sampler = CropSampler(table, side=64, margin=0.1, jitter=Jitter(paint=1, shift=0, zoom=0, turn=0, degrade=0))
    random = np.random.default_rng(0)
    bare, masked = (int(np.flatnonzero(sampler.labels == LABELS.index(label))[0]) for label in ("no_mask", "mask"))
    assert {LABELS[sampler.cut(bare, random)[1]] for _ in range(40)} == set(LABELS)
    assert {LABELS[sampler.cut(masked, random)[1]] for _ in range(40)} == {"mask"}
