"""From trained networks to the model folder that maskcore loads."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from rich.progress import track

from maskcore.classifier import CLASSIFIER_OUTPUT, Classifier
from maskcore.detector import DETECTOR_OUTPUT, Detector
from maskcore.errors import ModelError
from maskcore.models import (
    SHIPPED,
    ClassifierSpec,
    DetectorSpec,
    GraphFile,
    Manifest,
    Thresholds,
    load_graph,
    load_manifest,
)
from maskcore.runtime import Graph
from training.convert import ARRANGEMENT, to_int8
from training.data import fingerprint
from training.data.crops import CropSampler
from training.data.mosaic import MosaicSampler, photographs
from training.data.pictures import Pictures
from training.data.table import LABELS
from training.errors import DataError
from training.evaluation.calibration import LEAST_LOGIT, fit_logistic, fit_pool, fit_temperature, observe
from training.evaluation.card import write_card
from training.models.classifier import PRESETS, preset_of
from training.models.saved import load_network
from training.runs.folder import git_revision
from training.runs.options import Kind

SAMPLES = 200  # pictures that the value ranges of the int8 graphs are taken from
SAMPLE_SIDE = 416
MADE_OF = "made_of"  # in the data of model.json: the origin of each graph
THRESHOLDS = Thresholds(unsure=0.8, small=8, blurred=0.02, dark=25)


def export_models(
    *,
    detector: Path,
    classifier: Path,
    table: pd.DataFrame,
    to: Path,
    checkpoints: Path,
    take_from: Sequence[Path] = (),
) -> Manifest:
    """Write a model folder: int8 graphs, calibrated on the validation part, and model.json.

    Args:
        detector: .keras file of a face detector.
        classifier: .keras file of a classifier.
        table: Faces with a split, see training.data.
        to: Folder to write; files of the same name are replaced.
        checkpoints: Folder that the .keras files are copied to, for training to go on from.
        take_from: Model folders; a graph that one of them made of the same .keras file is taken over, as converting
            takes minutes. Calibration is done anew all the same.
    Raises:
        ModelError: A folder to take from cannot be read.
        DataError: The detector has to be converted, and there are no photographs to do it by.
    """
    keras.mixed_precision.set_dtype_policy("float32")
    revision = git_revision()  # before graphs are written into the checkout, which then differs
    to.mkdir(parents=True, exist_ok=True)
    pictures, network = Pictures(), load_network(classifier)
    preset = preset_of(network)
    shape = PRESETS[preset].shape
    train, val = (table[table["split"] == split] for split in ("train", "val"))

    def crops() -> list[np.ndarray]:
        faces = CropSampler(train, side=shape.side, margin=shape.margin, jitter=None, pictures=pictures)
        random = np.random.default_rng(0)
        return [faces.cut(i, random)[0] for i in random.permutation(len(faces))[:SAMPLES]]

    def mosaics() -> list[np.ndarray]:
        items = photographs(train[~train["crop"]])
        if not items:
            raise DataError(
                "Expected photographs that are more than a crop of one face, to take the detector's ranges from; found "
                "none. Choose more data sets."
            )
        sampler = MosaicSampler(items, side=SAMPLE_SIDE, pictures=pictures)
        random = np.random.default_rng(0)
        return [sampler.draw(random).image_bgr for _ in range(SAMPLES)]

    origins = {Kind.DETECTOR: origin_of(detector), Kind.CLASSIFIER: origin_of(classifier)}
    classifier_int8 = known_graph(Kind.CLASSIFIER, origins, take_from) or to_int8(network, crops())
    detector_int8 = known_graph(Kind.DETECTOR, origins, take_from) or to_int8(load_network(detector), mosaics())

    # the graphs are written first, as calibration asks the int8 graphs themselves
    specs = {}
    for name, content in (("detector", detector_int8), ("classifier", classifier_int8)):
        (to / f"{name}.tflite").write_bytes(content)
        specs[name] = GraphFile(file=f"{name}.tflite", sha256=hashlib.sha256(content).hexdigest()).model_dump()
    known = CropSampler(val, side=shape.side, margin=shape.margin, jitter=None, pictures=pictures)
    spec = ClassifierSpec(**specs["classifier"], side=shape.side, margin=shape.margin)
    teller = Classifier(Graph(classifier_int8, threads=2, output=CLASSIFIER_OUTPUT), spec, label_count=len(LABELS))
    usual = _usual()
    temperature = fit_temperature(_logits(teller, known), known.labels, usual=usual and usual.classifier.temperature)
    finds = Graph(detector_int8, threads=2, output=DETECTOR_OUTPUT)
    found, least = DetectorSpec(**specs["detector"]), LEAST_LOGIT
    if usual:
        found = found.model_copy(update={"slope": usual.detector.slope, "offset": usual.detector.offset})
        least = found.slope * least + found.offset
    for _ in range(2):  # what is looked at from nearer hangs on scores that mean what they say
        finder = Detector(finds, found)
        observed = observe(finder, teller, val[~val["crop"]], pictures=pictures, least_logit=least)
        slope, offset = fit_logistic(observed.face_logits, observed.right)
        found = found.model_copy(update={"slope": slope * found.slope, "offset": slope * found.offset + offset})
        least = slope * least + offset
    now = datetime.now(UTC)
    manifest = Manifest(
        id=f"maskcore-{preset}-{hashlib.sha256(detector_int8 + classifier_int8).hexdigest()[:8]}",
        version=f"{now:%Y.%m.%d}",
        labels=LABELS,
        detector=found,
        classifier=spec.model_copy(update={"temperature": temperature}),
        pool=fit_pool(
            observed.crop_logits,
            observed.whole_logits,
            observed.labels,
            temperature=temperature,
            usual=usual and usual.pool,
        ),
        thresholds=THRESHOLDS,
        data={
            "fingerprint": fingerprint(table),
            "git_revision": revision,
            "faces": {str(k): int(v) for k, v in table[table["label"].notna()].groupby("source").size().items()},
            "photographs": {str(k): int(v) for k, v in table.groupby("source")["image"].nunique().items()},
            MADE_OF: origins,
        },
    )
    (to / "model.json").write_text(json.dumps(manifest.model_dump(mode="json"), indent=2) + "\n")
    write_card(to)
    checkpoints.mkdir(parents=True, exist_ok=True)
    for name, path in (("detector", detector), ("classifier", classifier)):
        if path.resolve() != (checkpoints / f"{name}.keras").resolve():
            shutil.copyfile(path, checkpoints / f"{name}.keras")
    return manifest


def _usual() -> Manifest | None:
    """The calibration of the model that ships, for what few faces cannot tell; None where it cannot be read."""
    try:
        manifest = load_manifest(SHIPPED)
    except ModelError:
        return None  # the first export of all, or one after model.json has changed
    return manifest if manifest.pool.whole else None  # of class folders alone: nothing to learn from


def origin_of(network: Path) -> str:
    """What a graph is made of: the arrangement of graphs, and the SHA-256 of the .keras file."""
    return f"{ARRANGEMENT} {hashlib.sha256(network.read_bytes()).hexdigest()}"


def known_graph(kind: Kind, origins: Mapping[Kind, str], folders: Sequence[Path]) -> bytes | None:
    """The graph of the first model folder whose graph is of the same origin; None where none says that it is.

    Raises:
        ModelError: A folder cannot be read.
    """
    for folder in folders:
        manifest = load_manifest(folder)
        if manifest.data.get(MADE_OF, {}).get(kind) == origins[kind]:
            return load_graph(folder, getattr(manifest, kind))
    return None


def _logits(classifier: Classifier, known: CropSampler) -> np.ndarray:
    random = np.random.default_rng(0)
    batches = [range(at, min(at + 64, len(known))) for at in range(0, len(known), 64)]
    parts = [
        classifier.logits(np.stack([known.cut(i, random)[0] for i in batch]))
        for batch in track(batches, description="Calibrating labels")
    ]
    return np.concatenate(parts)
