"""The sheets show each kind of error once, and nothing that is right."""

import cv2
import pytest

from maskcore import MaskDetector
from maskcore.models import SHIPPED
from maskcore.samples import SAMPLES
from training.data.table import make_table
from training.evaluation import gallery
from training.evaluation.gallery import CELL, write_gallery


@pytest.fixture
def portrait():
    """The astronaut, whose bare face the model finds."""
    path = SAMPLES[0].path
    height, width = cv2.imread(str(path)).shape[:2]
    return {"image": str(path), "width": width, "height": height, "source": "made", "split": "test"}


def sheets(tmp_path, row):
    table = make_table([row], problems=[]).assign(split="test")
    paths = write_gallery(table, model=None, input_size=320, split="test", to=tmp_path)
    return {path.name: cv2.imread(str(path)) for path in paths}


def box(portrait, label):
    x1, y1, x2, y2 = MaskDetector().detect(cv2.imread(portrait["image"]), input_size=320).faces[0].box
    return portrait | {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "label": label}


def test_a_face_told_rightly_is_on_no_sheet(tmp_path, portrait):
    assert sheets(tmp_path, box(portrait, "no_mask")) == {}


def test_a_wrong_label_is_shown(tmp_path, portrait):
    found = sheets(tmp_path, box(portrait, "mask"))
    assert list(found) == ["made_wrong.png"]
    assert found["made_wrong.png"].shape[1] == 12 * CELL


def test_a_face_that_nobody_boxed_is_an_alarm_and_one_that_is_not_there_is_missed(tmp_path, portrait):
    elsewhere = portrait | {"x1": 0, "y1": 0, "x2": 40, "y2": 40, "label": "mask"}
    assert set(sheets(tmp_path, elsewhere)) == {"made_missed.png", "made_alarms.png"}


def test_where_no_model_is_named_the_one_that_ships_is_asked(tmp_path, portrait, monkeypatch):
    asked = []
    monkeypatch.setattr(gallery, "MaskDetector", lambda folder: asked.append(folder) or MaskDetector(folder))
    sheets(tmp_path, portrait)
    assert asked == [SHIPPED]
