"""Training learns, saves, and goes on from where it was; what it makes is what the product loads."""

from dataclasses import replace

import cv2
import numpy as np
import pandas as pd
import pytest

from maskcore import MaskDetector
from maskcore.models import load_manifest
from training.data.table import make_table
from training.runs.folder import create_run
from training.runs.training import train

pytestmark = pytest.mark.slow

COLOURS = {"mask": (255, 80, 0), "no_mask": (120, 160, 230), "incorrect": (0, 220, 220)}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Drawn photographs: ovals of a colour for each label on noise."""
    folder, random = tmp_path_factory.mktemp("photographs"), np.random.default_rng(0)
    rows = []
    for number in range(18):
        image = random.integers(0, 90, (160, 200, 3), np.uint8)
        path = str(folder / f"{number}.png")
        for place, label in enumerate(random.choice(list(COLOURS), 2)):
            x, y = 20 + 90 * place + random.integers(0, 20), random.integers(20, 80)
            cv2.ellipse(image, (x + 25, y + 30), (25, 30), 0, 0, 360, COLOURS[label], -1)
            box = {"x1": x, "y1": y, "x2": x + 50, "y2": y + 60, "label": label}
            rows.append({"image": path, "width": 200, "height": 160, "source": "made"} | box)
        cv2.imwrite(path, image)
    made = make_table(rows, problems=[])
    names = made["image"].unique()
    return made.assign(split=made["image"].map(dict(zip(names, ["train", "train", "val"] * 6, strict=True))))


@pytest.fixture(scope="module")
def detector_run(table, tmp_path_factory):
    """A detector run stopped after one of two epochs, then gone on with."""
    from training.runs.detector import DetectorRun, prepare_detector

    run = DetectorRun(epochs=1, steps=2, batch=2, side=64, precision="float32")
    folder = create_run(run, kind="detector", fingerprint="made", root=tmp_path_factory.mktemp("runs"))
    train(prepare_detector, run, table, folder)
    first = pd.read_csv(folder.metrics)
    train(prepare_detector, replace(run, epochs=2), table, folder)
    return folder, first


@pytest.fixture(scope="module")
def classifier_run(table, tmp_path_factory):
    from training.runs.classifier import ClassifierRun, prepare_classifier

    # Colour is all that tells these labels apart: no painting over it, no changing it.
    run = ClassifierRun(epochs=3, steps=25, batch=16, precision="float32", degrade=0.1, paint=0.0, recolor=0.0)
    folder = create_run(run, kind="classifier", fingerprint="made", root=tmp_path_factory.mktemp("runs"))
    train(prepare_classifier, run, table, folder)
    return folder


def test_a_stopped_run_goes_on_from_its_last_checkpoint(detector_run):
    folder, first = detector_run
    both = pd.read_csv(folder.metrics)
    assert both["epoch"].tolist() == [0, 1]
    assert both["loss"].iloc[0] == first["loss"].iloc[0], "the first epoch was not run again"
    assert np.isfinite(both["loss"]).all()
    assert folder.average.exists() and folder.tensorboard.is_dir()


def test_the_optimiser_goes_on_too(detector_run):
    import keras

    assert int(keras.models.load_model(detector_run[0].last).optimizer.iterations) == 4


def test_the_classifier_learns_to_tell_colours(classifier_run):
    assert pd.read_csv(classifier_run.metrics)["val_accuracy"].iloc[-1] > 0.8


def test_the_report_says_what_was_done(classifier_run):
    from training.runs.report import write_report

    write_report(classifier_run)
    text = classifier_run.report.read_text()
    assert "data made" in text and "| epochs | 3 |" in text


@pytest.fixture(scope="module")
def exported(detector_run, classifier_run, table, tmp_path_factory):
    from training.export import export_models

    to = tmp_path_factory.mktemp("model")
    export_models(
        detector=detector_run[0].average,
        classifier=classifier_run.average,
        table=table,
        to=to,
        checkpoints=to / "keras",
    )
    return to


def test_an_exported_model_tells_what_the_network_learned(exported, table):
    detector = MaskDetector(exported)
    right = []
    for path, rows in table[table["split"] == "val"].groupby("image"):
        result = detector.detect(cv2.imread(path), boxes=rows[["x1", "y1", "x2", "y2"]].to_numpy())
        by_box = {round(face.box[0]): face.label.value for face in result.faces}
        right += [by_box[round(x)] == label for x, label in zip(rows["x1"], rows["label"], strict=True)]
    assert np.mean(right) > 0.8


def test_an_exported_detector_gives_what_its_network_gives(exported):
    import keras

    from maskcore.detector import DETECTOR_OUTPUT, SIDES_FACTOR
    from maskcore.models import load_graph
    from maskcore.runtime import Graph

    network = keras.models.load_model(exported / "keras" / "detector.keras")
    graph = Graph(load_graph(exported, load_manifest(exported).detector), threads=1, output=DETECTOR_OUTPUT)
    for size_hw in ((64, 64), (96, 160)):
        image = np.random.default_rng(0).integers(0, 90, (1, *size_hw, 3), np.uint8)
        wanted = np.asarray(network(image.astype(np.float32) / 127.5 - 1))
        found = graph.run(image)[DETECTOR_OUTPUT]
        found[..., 1:5] /= SIDES_FACTOR
        np.testing.assert_allclose(found, wanted, atol=0.3)


def test_what_another_model_made_of_the_same_network_is_not_made_again(
    exported, detector_run, classifier_run, table, tmp_path, monkeypatch
):
    from training import export

    monkeypatch.setattr(export, "to_int8", lambda network, samples_bgr: pytest.fail("it was converted again"))
    made = export.export_models(
        detector=detector_run[0].average,
        classifier=classifier_run.average,
        table=table,
        to=tmp_path / "again",
        checkpoints=tmp_path / "keras",
        take_from=[exported],
    )

    first = load_manifest(exported)
    assert made.id == first.id and made.data["made_of"] == first.data["made_of"]
    assert made.classifier.temperature == first.classifier.temperature != 1, "calibrated anew"
    MaskDetector(tmp_path / "again")


def test_a_model_without_figures_still_has_a_card(exported):
    from training.evaluation.card import write_card

    write_card(exported)
    assert "Not measured yet" in (exported / "card.md").read_text()
