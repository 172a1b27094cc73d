"""Kept results answer what happens to each face at any position of the sliders, without the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from maskcore.models import SHIPPED, load_manifest
from maskcore.types import Label
from training.data.table import BOX
from training.errors import DataError
from training.evaluation.detections import SAID
from training.evaluation.differences import compare
from training.evaluation.explore import NO_FACE, by, cell, confusion, count_fates, curve, fates, join_faces, label_curve
from training.evaluation.results import KNOWN, Results, evaluated, make_results, read_results, write_results


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "data"))


def known_face(image: str, left: float, label: str | None, *, crop: bool = False) -> list:
    return [f"/sets/{image}", left, 0.0, left + 20, 24.0, label, "a", False, crop]


def found_face(image: str, left: float, score: float, label: Label, sure: float, reason: str = "") -> list:
    rest = (1 - sure) / 2
    shares = [sure if each is label else rest for each in Label]
    return ["a", f"/sets/{image}", left, 0.0, left + 20, 24.0, score, label.value, reason, *shares]


def results_of(known: list, found: list) -> Results:
    part = pd.DataFrame(known, columns=KNOWN).assign(split="test")
    given = part[part["crop"]].assign(uncertain="", **{label: 1 / 3 for label in Label})
    frame = pd.DataFrame(found, columns=SAID).astype({name: float for name in [*BOX, "score", *Label]})
    return make_results(
        part, frame, given, manifest=load_manifest(SHIPPED), input_size=640, fingerprint="f"
    )  # fmt: skip


@pytest.fixture
def results() -> Results:
    known = [
        known_face("1.png", 0, "mask"),
        known_face("1.png", 50, "no_mask"),
        known_face("1.png", 100, "mask"),
        known_face("2.png", 0, "no_mask"),
        known_face("2.png", 50, None),
        known_face("crop.png", 0, "mask", crop=True),
    ]
    found = [
        found_face("1.png", 1, 0.9, Label.MASK, 0.95),
        found_face("1.png", 51, 0.6, Label.MASK, 0.8),
        found_face("2.png", 1, 0.8, Label.NO_MASK, 0.7, "small"),
        found_face("2.png", 51, 0.7, Label.MASK, 0.9),
        found_face("2.png", 150, 0.55, Label.NO_MASK, 0.9),
        found_face("2.png", 200, 0.05, Label.NO_MASK, 0.9),
    ]
    return results_of(known, found)


def happened(results: Results, min_score: float = 0.5, unsure: float = 0.5) -> dict[str, int]:
    faces = join_faces(results)
    return {fate.value: count for fate, count in count_fates(fates(faces, min_score=min_score, unsure=unsure)).items()}


def test_each_face_meets_one_fate(results: Results) -> None:
    assert happened(results) == {
        "right": 1, "wrong": 1, "uncertain": 2, "missed": 1, "false": 1, "quiet": 0, "unlabelled": 1,
    }  # fmt: skip


def test_a_higher_score_misses_faces_and_silences_false_alarms(results: Results) -> None:
    counts = happened(results, min_score=0.65)

    assert (counts["missed"], counts["false"], counts["quiet"]) == (2, 0, 1)


def test_a_higher_probability_turns_labels_uncertain_and_a_small_face_stays_so(results: Results) -> None:
    assert happened(results, unsure=0.9)["uncertain"] == 3
    assert happened(results, unsure=0.3)["uncertain"] == 1, "the crop is trusted then, the small face is not"


def test_a_cell_holds_the_faces_that_the_matrix_counts(results: Results) -> None:
    faces = join_faces(results)
    fate = fates(faces, min_score=0.5, unsure=0.5)
    table = confusion(faces, fate)

    assert table.loc["no_mask", "mask"] == 1 and table.loc["mask", "missed"] == 1 and table.loc[NO_FACE, "no_mask"] == 1
    for true in table.index:
        for said in table.columns:
            assert len(cell(faces, fate, true=true, said=said)) == table.loc[true, said], (true, said)


def test_shares_by_source_leave_uncertain_faces_out_of_the_right_ones(results: Results) -> None:
    faces = join_faces(results)

    row = by(faces, fates(faces, min_score=0.5, unsure=0.5), "source").loc["a"]

    assert row.to_dict() == pytest.approx({"faces": 6, "found": 5 / 6, "right": 1 / 2, "uncertain": 2 / 4, "false": 1})


def test_precision_and_recall_leave_crops_out(results: Results) -> None:
    frame = curve(join_faces(results), np.array([0.5, 0.85]))

    assert frame["recall"].tolist() == pytest.approx([4 / 5, 1 / 5])
    assert frame["precision"].tolist() == pytest.approx([4 / 5, 1])


def test_a_label_has_a_curve_of_its_own_over_its_probability(results: Results) -> None:
    frame = label_curve(join_faces(results), Label.MASK, np.array([0.3, 0.7, 0.9]), min_score=0.5)

    assert frame["recall"].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3]), "a missed face counts, as does a crop"
    assert frame["precision"].tolist() == pytest.approx([2 / 3, 1 / 2, 1]), "a face that nobody labelled does not"


def test_false_alarms_lower_the_precision_of_their_label_until_the_score_silences_them(results: Results) -> None:
    low, high = (
        label_curve(join_faces(results), Label.NO_MASK, np.array([0.5]), min_score=score).loc[0] for score in (0.5, 0.6)
    )

    assert (low["recall"], low["precision"]) == (0, 0), "the face that is too small to be told is not told"
    assert high["recall"] == 0 and np.isnan(high["precision"])


def test_results_are_kept_with_numbers_and_names_and_without_absolute_paths(results: Results) -> None:
    write_results(results)
    write_results(results)

    (about,) = evaluated()
    back = read_results(about)
    pd.testing.assert_frame_equal(join_faces(back), join_faces(results))
    assert about.root == "/sets" and set(back.known["image"]) == {"1.png", "2.png", "crop.png"}


def test_damaged_results_are_told_in_words(results: Results, tmp_path: Path) -> None:
    write_results(results)
    (about,) = evaluated()
    (tmp_path / "data" / "results" / about.model / "found.parquet").write_bytes(b"half")

    with pytest.raises(DataError, match="Measure the model again"):
        read_results(about)


def test_half_written_results_are_not_listed(results: Results, tmp_path: Path) -> None:
    write_results(results)
    folder = tmp_path / "data" / "results" / results.about.model
    folder.rename(folder.with_name(f".{folder.name}"))

    assert evaluated() == []


NAMES = [f"{number}.png" for number in range(100)]


def many(right: float, *, seed: int) -> pd.DataFrame:
    """A hundred photographs of one masked face, told rightly as often as is said."""
    random = np.random.default_rng(seed)
    found = [found_face(name, 0, 0.9, Label.MASK if random.random() < right else Label.NO_MASK, 0.9) for name in NAMES]
    faces = join_faces(results_of([known_face(name, 0, "mask") for name in NAMES], found))
    return faces.assign(fate=fates(faces, min_score=0.5, unsure=0.5))


def test_a_large_difference_shows_and_a_difference_of_nothing_does_not() -> None:
    differences = {each.name: each for each in compare(many(0.95, seed=0), many(0.6, seed=1), photographs=NAMES)}

    assert differences["right"].shown and differences["right"].high < 0
    assert not differences["found"].shown and differences["found"].low == differences["found"].high == 0


def test_models_without_a_common_photograph_are_not_compared() -> None:
    assert compare(many(0.9, seed=0), many(0.9, seed=0).assign(image="other.png"), photographs=set()) == []


def test_false_alarms_count_on_pictures_where_the_other_model_rightly_finds_nothing() -> None:
    quiet = join_faces(results_of([known_face("0.png", 0, "mask")], [found_face("0.png", 0, 0.9, Label.MASK, 0.9)]))
    quiet = quiet.assign(fate=fates(quiet, min_score=0.5, unsure=0.5))
    alarm = quiet.assign(known=False, fate="false")
    noisy = pd.concat([quiet, *(alarm.assign(image=name) for name in NAMES[1:51])], ignore_index=True)

    alarms = {each.name: each for each in compare(quiet, noisy, photographs=NAMES)}["alarms"]

    assert (alarms.first, alarms.second) == (0.0, 0.5) and alarms.shown
