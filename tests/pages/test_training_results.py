"""The results of an evaluated model on the Training page, from what is kept of it and pictures of the data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from maskcore.models import SHIPPED, load_manifest
from maskcore.types import Label
from pages.ui import training_why
from pages.ui.training_compare import NOTHING_SHOWN, difference_words
from tests.pages.conftest import RunPage, words
from tests.training.data.drawn import draw_scene, save
from training.data.table import BOX
from training.evaluation.detections import SAID
from training.evaluation.differences import Difference
from training.evaluation.results import KNOWN, make_results, results_folder, write_results
from training.publish import CHECKPOINTS

MODEL = load_manifest(SHIPPED)


@pytest.fixture(autouse=True)
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and a set of three pictures with a face each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "data"))
    for number in range(3):
        save(draw_scene(number), tmp_path / "set" / f"{number}.png")
    return tmp_path / "set"


def evaluate(pictures: Path, *, model: str, said: Label = Label.MASK) -> None:
    """What an evaluation leaves: three masked faces, found with the scores 0.9, 0.6 and 0.3, and an empty room."""
    images = [str(pictures / f"{number}.png") for number in range(3)]
    box = [10.0, 10.0, 60.0, 70.0]
    rows = [[image, *box, "mask", "made", False, False] for image in images]
    rows.append([str(pictures / "room.png"), *[np.nan] * 4, None, "made", False, False])
    known = pd.DataFrame(rows, columns=KNOWN)
    shares = [0.9 if each is said else 0.05 for each in Label]
    found = [
        ["made", image, *box, score, said.value, "", *shares]
        for image, score in zip(images, (0.9, 0.6, 0.3), strict=True)
    ]
    table = pd.DataFrame(found, columns=SAID).astype({name: float for name in [*BOX, "score", *Label]})
    given = known.iloc[:0].assign(uncertain="", **dict.fromkeys(Label, 0.0))
    write_results(
        make_results(
            known.assign(split="test"), table, given, manifest=MODEL.model_copy(update={"id": model}), input_size=640,
            fingerprint="f",
        )
    )  # fmt: skip


def open_results(run_page: RunPage, model: str) -> AppTest:
    page = run_page("training.py")
    page.query_params["results"] = model
    page.run()
    assert not page.exception and not page.error
    return page


def counts(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def move(page: AppTest, slider: int, to: float) -> AppTest:
    page.slider[slider].set_value(to).run()
    assert not page.exception
    return page


def test_evaluated_models_are_linked(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")

    assert 'href="?results=mine-1"' in words(run_page("training.py"))


def test_a_slider_tells_at_once_what_changes_and_shows_those_faces(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")
    page = open_results(run_page, "mine-1")
    assert counts(page)["Found"] == "2" and counts(page)["Missed"] == "1" and "Move a slider" in words(page)

    move(page, 0, 0.7)
    assert counts(page)["Found"] == "1" and "1 face changes with the last move" in words(page)
    assert [each.label for each in page.button].count("Why?") == 1

    move(page, 0, 0.2)
    assert counts(page)["Told rightly"] == "3" and "2 faces change with the last move" in words(page)


def test_a_higher_probability_asked_for_turns_labels_uncertain(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")

    page = move(open_results(run_page, "mine-1"), 1, 0.95)

    assert counts(page)["Uncertain"] == "2" and counts(page)["Told rightly"] == "0"


def test_the_curve_is_that_of_the_label_chosen(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")
    page = open_results(run_page, "mine-1")
    assert "told so" not in words(page)

    page.segmented_control("results_curve").set_value("Mask").run()
    assert not page.exception and "“mask” in truth, those found and told so" in words(page)

    page.segmented_control("results_curve").set_value("Worn wrong").run()
    assert not page.exception and "There is no such face in truth" in words(page)


def test_pictures_that_are_gone_are_told(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")
    (pictures / "1.png").unlink()

    page = move(open_results(run_page, "mine-1"), 0, 0.7)

    assert "Put the data set back" in words(page)


def test_the_page_keeps_no_pixels(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")

    move(open_results(run_page, "mine-1"), 0, 0.7)

    kept = {path.name for path in results_folder().rglob("*") if path.is_file()}
    assert kept == {"about.json", "known.parquet", "found.parquet", "given.parquet"}


def test_pictures_without_faces_are_counted_too(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")

    assert "4 pictures of the part test with 3 known faces" in words(open_results(run_page, "mine-1"))


def test_pictures_of_the_same_name_in_another_folder_are_others(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")
    evaluate(pictures.with_name("other"), model="mine-2")
    page = open_results(run_page, "mine-1")

    page.selectbox(key="results_other").select("mine-2").run()

    assert "was measured on other pictures" in page.info[0].value


def test_two_models_are_compared_in_figures_and_words(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")
    evaluate(pictures, model="mine-2", said=Label.NO_MASK)
    page = open_results(run_page, "mine-1")

    page.selectbox(key="results_other").select("mine-2").run()

    assert not page.exception
    assert "mine-2 tells fewer labels rightly." in words(page)
    assert f"Known faces found: {NOTHING_SHOWN}." in words(page)


def test_damaged_results_are_told_in_words(run_page: RunPage, pictures: Path) -> None:
    evaluate(pictures, model="mine-1")
    (results_folder() / "mine-1" / "known.parquet").unlink()
    page = run_page("training.py")
    page.query_params["results"] = "mine-1"
    page.run()

    assert not page.exception and "Measure the model again" in page.error[0].value


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.01, 0.05, "finds more"), (-0.05, -0.01, "finds fewer"), (-0.01, 0.01, NOTHING_SHOWN)]
)
def test_only_an_interval_without_zero_is_called_a_difference(low: float, high: float, said: str) -> None:
    (sentence,) = difference_words([Difference("found", 0.9, 0.92, low, high)], "other")

    assert said in sentence


def dialog() -> None:
    """The dialog that asks why of the first face, for a run of a widget within it would close it here."""
    from pages.ui.training_results import faces_of
    from pages.ui.training_why import explain
    from training.evaluation.results import evaluated

    about = evaluated()[0]
    explain(about, faces_of(about).iloc[0])


def why(pictures: Path) -> AppTest:
    """Ask why of a face that the shipped model was measured on."""
    evaluate(pictures, model=MODEL.id)
    page = AppTest.from_function(dialog, default_timeout=120).run()
    assert not page.exception and not page.error and "A patch hides" in words(page)
    return page


def test_a_heat_map_is_found_by_occlusion_or_by_the_gradients_of_the_network_behind_the_model(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, tuple[int, ...], Label]] = []

    def gradcam(network: Path, crop_bgr: np.ndarray, label: Label) -> np.ndarray:
        asked.append((network, crop_bgr.shape, label))
        return np.zeros(crop_bgr.shape[:2], np.float32)

    monkeypatch.setattr(training_why, "ask_gradcam", gradcam)
    page = why(pictures)

    page.segmented_control("results_why").set_value("Grad-CAM").run()

    assert not page.exception and "It finds nothing here" in words(page) and "gradients" in words(page)
    side = MODEL.classifier.side
    assert asked == [(CHECKPOINTS / "classifier.keras", (side, side, 3), Label.MASK)]


@pytest.mark.slow
def test_a_network_that_cannot_be_read_is_told_in_words(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "damaged.keras").write_bytes(b"no network")
    monkeypatch.setattr(training_why, "keras_classifier", lambda model: tmp_path / "damaged.keras")
    page = why(pictures)

    page.segmented_control("results_why").set_value("Grad-CAM").run()

    assert not page.exception and "to tell Grad-CAM" in page.error[0].value


def test_without_the_network_only_occlusion_is_offered(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_why, "keras_classifier", lambda model: None)

    assert not why(pictures).segmented_control
