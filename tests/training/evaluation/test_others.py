"""A foreign detector answers through one small class, and a wrong file is answered in words."""

import cv2
import numpy as np
import pytest

from training.data.table import make_table
from training.errors import DataError
from training.evaluation.others import detect_with_script

PEER = """
class Peer:
    def detect(self, image_bgr, min_score):
        return [(1, 2, 30, 40, 0.8, "mask")]
"""


@pytest.fixture
def table(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((60, 80, 3), np.uint8))
    row = {"image": str(tmp_path / "a.png"), "width": 80, "height": 60, "source": "made", "label": "mask"}
    return make_table([row | {"x1": 0, "y1": 0, "x2": 30, "y2": 40}], problems=[])


def test_its_faces_come_in_the_shape_of_ours(table, tmp_path):
    (tmp_path / "peer.py").write_text(PEER)
    found = detect_with_script(tmp_path / "peer.py", table)
    assert found[["source", "x1", "y2", "score", "label", "rank"]].to_numpy().tolist() == [
        ["made", 1, 40, 0.8, "mask", 0.8]
    ]


@pytest.mark.parametrize("content", [None, "x = 1"], ids=["missing", "without the class"])
def test_a_file_that_is_no_detector_is_named(table, tmp_path, content):
    if content:
        (tmp_path / "peer.py").write_text(content)
    with pytest.raises(DataError, match="class Peer"):
        detect_with_script(tmp_path / "peer.py", table)
