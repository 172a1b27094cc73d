"""People who boxed the same photograph are each other's measure."""

import numpy as np
import pytest

from tests.training.data.drawn import draw_scene, save
from training.data.table import make_table
from training.evaluation.ceiling import agreement


@pytest.fixture
def scenes(tmp_path):
    """Three pictures, each saved for two sets: the second at half the size."""
    names = {"one": [], "two": []}
    for number in range(3):
        for source, size in (("one", (320, 240)), ("two", (160, 120))):
            path = save(draw_scene(number, (320, 240)).resize(size), tmp_path / f"{source}{number}.png")
            names[source].append({"image": str(path), "width": size[0], "height": size[1], "source": source})
    return names


def faces(scenes, shift):
    rows = []
    for source, offset in (("one", 0.0), ("two", shift)):
        for picture in scenes[source]:
            width, height = picture["width"], picture["height"]
            box = np.array([0.2, 0.2, 0.4, 0.4]) + offset * np.array([0.2, 0, 0.2, 0])
            for label, move in (("mask", 0.0), ("no_mask", 0.4)):
                x1, y1, x2, y2 = box + np.array([0, move, 0, move])
                corners = {"x1": x1 * width, "y1": y1 * height, "x2": x2 * width, "y2": y2 * height}
                rows.append(picture | corners | {"label": label})
    return make_table(rows, problems=[])


@pytest.mark.parametrize(("shift", "iou", "reached"), [(0.0, 1.0, 1.0), (0.5, 1 / 3, 0.0)], ids=["agree", "differ"])
def test_boxes_drawn_differently_lower_what_can_be_reached(scenes, tmp_path, shift, iou, reached):
    figures = agreement(faces(scenes, shift), cache=tmp_path / "cache")
    assert set(figures) == {"one ← two", "two ← one"}
    for row in figures.values():
        assert row["photographs"] == 3
        assert row["mean_iou"] == pytest.approx(iou, abs=0.02)
        assert row["mean"] == pytest.approx(reached, abs=0.02)
        assert row["labels_same"] == 1
