"""What a network gets most surely wrong is found, and kept as numbers and names alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.training.runs.made import make_run
from training.data.crops import CropSampler
from training.data.mosaic import photographs
from training.data.pictures import Pictures
from training.data.table import LABELS, make_table
from training.runs.mistakes import FACE, MOST, NOTHING, Mistake, read_mistakes, write_mistakes

BRIGHT, DARK = 230, 25


def table_of(folder: Path, faces: list[tuple[int, str]]) -> Any:
    """A grey picture a face, whose box is of one brightness."""
    rows = []
    for number, (brightness, label) in enumerate(faces):
        image = np.full((128, 128, 3), 120, np.uint8)
        image[32:96, 32:96] = brightness
        path = str(folder / f"{number}.png")
        cv2.imwrite(path, image)
        box = {"x1": 32, "y1": 32, "x2": 96, "y2": 96, "label": label}
        rows.append({"image": path, "width": 128, "height": 128, "source": "made", "split": "val"} | box)
    return make_table(rows, problems=[])


def test_mistakes_are_kept_without_any_picture(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    assert read_mistakes(folder) == (0, [])
    found = [Mistake("a.png", (1.0, 2.0, 3.0, 4.0), "mask", "no_mask", 0.9)]

    write_mistakes(folder, found, epoch=3)

    assert read_mistakes(folder) == (3, found)
    assert {path.suffix for path in folder.path.iterdir()} == {".json"}


@pytest.mark.slow
def test_the_surest_wrong_labels_come_first(tmp_path: Path) -> None:
    from training.runs.seek import wrong_labels

    faces = [(BRIGHT, "mask"), (BRIGHT, "no_mask"), (200, "no_mask"), (DARK, "no_mask")] + [(180, "no_mask")] * MOST

    def network(pixels: np.ndarray, training: bool) -> np.ndarray:
        """Takes what is bright for a mask, the brighter the surer."""
        light = pixels[:, 16:48, 16:48].mean(axis=(1, 2, 3))
        logits = np.zeros((len(pixels), len(LABELS)), np.float32)
        logits[:, LABELS.index("mask")], logits[:, LABELS.index("no_mask")] = 3 * light, -3 * light
        return logits

    found = wrong_labels(network, CropSampler(table_of(tmp_path, faces), side=64, margin=0.0, jitter=None))

    assert len(found) == MOST
    assert [Path(each.image).name for each in found[:2]] == ["1.png", "2.png"]
    assert (found[0].given, found[0].told, found[0].box) == ("no_mask", "mask", (32.0, 32.0, 96.0, 96.0))
    assert found[0].probability > found[1].probability > found[2].probability > 0.5


@pytest.mark.slow
def test_missed_faces_and_false_alarms_are_found(tmp_path: Path) -> None:
    from training.runs.seek import wrong_faces

    def network(pixels: np.ndarray, training: bool) -> np.ndarray:
        """Finds bright faces where they are, and sees another one in the corner of dark ones."""
        maps = np.full((1, 32, 32, 8), -9.0, np.float32)
        dark = pixels[0, 64, 64].mean() < -0.5
        maps[0, 4, 4] = [3.0, *np.log([4, 4, 4, 4]), 0, 0, 0] if dark else maps[0, 4, 4]
        maps[0, 15, 15] = maps[0, 15, 15] if dark else [3.0, *np.log([8, 8, 8, 8]), 0, 0, 0]
        return maps

    table = table_of(tmp_path, [(BRIGHT, "mask"), (DARK, "mask")])
    found = wrong_faces(network, photographs(table), pictures=Pictures(), side=128)

    assert [(Path(each.image).name, each.given, each.told) for each in found] == [
        ("1.png", FACE, NOTHING),
        ("1.png", NOTHING, FACE),
    ]
    assert found[0].box == (32.0, 32.0, 96.0, 96.0) and found[0].probability < 0.5
    assert found[1].box == (2.0, 2.0, 34.0, 34.0) and found[1].probability == pytest.approx(0.953, abs=1e-3)
