"""Wrong labels are found by a classifier that saw neither face nor look-alike, and are not asked about twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from maskcore.types import Label
from tests.factories import FakeDetector, make_face
from tests.training.data.drawn import write_folders, write_voc
from training.data.features import Embedder, embed_pictures
from training.data.folders import read_folders
from training.data.notes import Edit
from training.data.suspects import as_list, faces_to_judge, find_suspects, look_for_suspects, not_looked_at
from training.data.voc import read_voc
from training.errors import DataError

SMALL, LARGE = (80.0, 20.0, 100.0, 40.0), (10.0, 20.0, 60.0, 90.0)


def made(labels, *, groups=None):
    """Faces whose features tell mask from no mask, with the groups of their pictures."""
    images = [f"/set/{number:03}.png" for number in range(len(labels))]
    faces = pd.DataFrame({"image": images, "label": labels, "x1": 1.0, "y1": 2.0, "x2": 30.0, "y2": 40.0})
    return faces, dict(zip(images, range(len(labels)) if groups is None else groups, strict=True))


def seen_as(looks):
    random = np.random.default_rng(0)
    return [np.array([[4.0 * (look == "mask") + random.normal(0, 0.5), 0.0]]) for look in looks]


def test_a_planted_wrong_label_comes_first_with_what_it_should_be():
    looks = ["mask", "no_mask"] * 40
    labels = list(looks)
    labels[7] = "mask"
    parts = seen_as(looks)
    parts[7] = np.array([[-1.0, 0.0]])  # clearly bare
    faces, groups = made(labels)
    found = find_suspects(faces, parts, groups)
    first = found.faces.iloc[0]
    assert (first["image"], first["suggested"], first["sure"]) == ("/set/007.png", "no_mask", True)
    assert first["confidence"] > 0.8 and found.looked_at == 80


def test_a_copy_does_not_speak_for_its_own_wrong_label():
    """Six copies with one wrong label: a classifier that saw five of them would call the sixth right."""
    looks = ["mask"] * 40 + ["no_mask"] * 40
    labels = list(looks)
    labels[40:46] = ["mask"] * 6
    parts = seen_as(looks)
    for number in range(40, 46):
        parts[number] = np.array([[0.0, 3.0]])  # nothing else looks like them
    alike = [*range(40), *[40] * 6, *range(46, 80)]
    together = find_suspects(*_with(parts, *made(labels, groups=alike)))
    apart = find_suspects(*_with(parts, *made(labels)))
    planted = set(made(labels)[0]["image"][40:46])
    assert planted <= set(together.faces["image"])
    assert not planted & set(apart.faces["image"])


def _with(parts, faces, groups):
    return faces, parts, groups


def test_a_rare_label_is_told_and_not_judged():
    looks = ["mask", "no_mask"] * 10 + ["incorrect"] * 2
    faces, groups = made(looks)
    found = find_suspects(faces, seen_as(looks), groups)
    assert found.too_rare == (Label.INCORRECT,) and found.looked_at == 20


def test_damaged_pictures_are_left_out():
    looks = ["mask", "no_mask"] * 10
    faces, groups = made(looks)
    parts = seen_as(looks)
    parts[0] = np.full((1, 2), np.nan)
    assert find_suspects(faces, parts, groups).looked_at == 19


@pytest.mark.parametrize("labels", [["mask"] * 20, ["mask"] * 20 + ["no_mask"] * 4, []])
def test_with_one_label_there_is_nothing_to_compare(labels):
    faces, groups = made(labels)
    with pytest.raises(DataError, match="at least two labels"):
        find_suspects(faces, seen_as(labels), groups)


def test_what_somebody_looked_at_is_not_shown_again(tmp_path: Path):
    faces, _ = made(["mask"] * 3)
    faces["image"] = [str(tmp_path / name) for name in "abc"]
    edits = (Edit("a", (1.0, 2.0, 30.0, 40.0), Label.MASK), Edit("b"))
    assert not_looked_at(faces, tmp_path, edits)["image"].tolist() == [str(tmp_path / "c")]


def test_each_row_gets_the_face_of_its_own_box(tmp_path: Path):
    table = read_voc(write_voc(tmp_path, {"a": [("mask", SMALL), ("mask", LARGE)], "b": [("mask", LARGE)]})).table
    asked = FakeDetector()
    both, one = embed_pictures(faces_to_judge(table), asked, Embedder())
    assert both.shape == (2, one.shape[1]) and [call["max_faces"] for call in asked.calls] == [2, 1]
    swapped = table.iloc[[1, 0, 2]]
    turned, _ = embed_pictures(faces_to_judge(swapped), FakeDetector(), Embedder())
    assert np.array_equal(both, turned[::-1]) and not np.array_equal(both[0], both[1])


def test_a_crop_is_judged_by_the_face_in_it(tmp_path: Path):
    faces = faces_to_judge(read_folders(write_folders(tmp_path, {"mask": [1]})).table)
    (found,) = embed_pictures(faces, FakeDetector([make_face(label=Label.NO_MASK, box=LARGE)]), Embedder())
    (whole,) = embed_pictures(faces, FakeDetector([]), Embedder())
    assert found[0, -3:].argmax() == 1, "its opinion is the last of the features"
    assert not np.array_equal(found[:, :-3], whole[:, :-3])


def test_the_features_are_what_the_shipped_classifier_decides_by():
    """The last layer is linear: its logits follow from the features without a rest."""
    from maskcore.classifier import Classifier
    from maskcore.models import load_graph, load_manifest
    from maskcore.runtime import Graph

    spec = load_manifest().classifier
    crops = np.random.default_rng(0).integers(0, 256, (300, spec.side, spec.side, 3), np.uint8)
    crops = np.repeat(np.repeat(crops[:, :8, :8], 8, axis=1), 8, axis=2)
    features = Embedder()(crops)
    logits = Classifier(Graph(load_graph(None, spec), threads=1, output="logits"), spec, label_count=3).logits(crops)
    known = np.hstack([features, np.ones((len(crops), 1))])
    fitted, *_ = np.linalg.lstsq(known, logits, rcond=None)
    assert np.abs(known @ fitted - logits).mean() < 0.02 * logits.std()


def test_all_at_once_tells_how_far_it_is_and_lists_names_below_the_folder(tmp_path: Path):
    table = read_folders(write_folders(tmp_path, {"mask": range(6), "no_mask": range(6, 12)})).table
    told = []
    found = look_for_suspects(
        table, FakeDetector([]), Embedder(), cache=tmp_path / "cache", on_progress=lambda *each: told.append(each)
    )
    assert told[-1] == (12, 12) and found.looked_at == 12
    assert all(name.split("/")[0] in ("mask", "no_mask") for name in as_list(found.faces, tmp_path)["image"])
