"""The strip shows what the training will show: the same crops, with the labels they get."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pages.ui.training_samples import CROPS, MOSAICS, sample_crops, sample_mosaics
from tests.training.data.drawn import write_folders, write_voc
from training.data import read
from training.runs.options import ClassifierRun, DetectorRun


@pytest.fixture
def faces(tmp_path: Path) -> pd.DataFrame:
    scenes = {"with_mask": list(range(10)), "without_mask": list(range(10, 20))}
    return read(write_folders(tmp_path / "faces", scenes)).table.assign(split="train")


def test_every_face_is_shown_twice_in_the_networks_own_pixels(faces: pd.DataFrame) -> None:
    crops = sample_crops(ClassifierRun.of("seed"), faces, seed=0)

    assert len(crops) == CROPS
    assert {crop.shape for crop, _ in crops} == {(50, 50, 3)}
    labels = [label for _, label in crops]
    assert labels[::2] == labels[1::2], "nothing is painted on in the student's training"


def test_a_choice_shows_in_the_strip(faces: pd.DataFrame) -> None:
    still = replace(ClassifierRun.of("small"), shift=0.0, zoom=0.0, turn=0.0, degrade=0.0, paint=0.0, recolor=0.0)
    turned = replace(still, turn=45.0)

    first, second = (sample_crops(run, faces, seed=3) for run in (still, turned))

    assert any(not np.array_equal(one, other) for (one, _), (other, _) in zip(first, second, strict=True))


def test_training_pictures_have_their_faces_boxed(tmp_path: Path) -> None:
    objects = {f"{number}": [("with_mask", (40, 30, 90, 90))] for number in range(6)}
    table = read(write_voc(tmp_path / "photographs", objects)).table.assign(split="train")

    pictures = sample_mosaics(DetectorRun(), table, seed=0)

    assert len(pictures) == MOSAICS
    assert any((picture == (114, 154, 28)).all(axis=2).any() for picture in pictures)


def test_sets_without_anything_to_show_give_nothing(faces: pd.DataFrame) -> None:
    assert sample_mosaics(DetectorRun(), faces, seed=0) == []
    assert sample_crops(ClassifierRun(), faces.assign(label=None), seed=0) == []
