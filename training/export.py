"""From trained networks to the model folder that maskcore loads."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from rich.progress import track

from maskcore.models import ClassifierSpec, DetectorSpec, GraphFile, Manifest, Thresholds
from maskcore.runtime import Graph
from training.data import fingerprint
from training.data.crops import LABELS, CropSampler
from training.data.mosaic import MosaicSampler, photographs
from training.data.pictures import Pictures
from training.evaluation.calibration import fit_scores, fit_temperature
from training.evaluation.card import write_card
from training.models.classifier import PRESETS
from training.models.saved import load_network
from training.runs.folder import git_revision

SAMPLES = 200  # pictures that the value ranges of the int8 graphs are taken from
SAMPLE_SIDE = 416
THRESHOLDS = Thresholds(unsure=0.6, small=8, blurred=0.02, dark=25)


def export_models(
    *, detector: Path, classifier: Path, table: pd.DataFrame, to: Path, checkpoints: Path, preset: str = "small"
) -> Manifest:
    """Write a model folder: int8 graphs, calibrated on the validation part, and model.json.

    Args:
        detector: .keras file of a face detector.
        classifier: .keras file of a classifier.
        table: Faces with a split, see training.data.
        to: Folder to write; files of the same name are replaced.
        checkpoints: Folder that the .keras files are copied to, for training to go on from.
        preset: The classifier's preset, which says how a crop is cut.
    """
    keras.mixed_precision.set_dtype_policy("float32")
    to.mkdir(parents=True, exist_ok=True)
    pictures, shape = Pictures(), PRESETS[preset].shape
    train, val = (table[table["split"] == split] for split in ("train", "val"))

    faces = CropSampler(train, side=shape.side, margin=shape.margin, jitter=None, pictures=pictures)
    pick = np.random.default_rng(0).permutation(len(faces))[:SAMPLES]
    random = np.random.default_rng(0)
    classifier_int8 = to_int8(
        named_outputs(load_network(classifier), ["logits"]), [faces.cut(i, random)[0] for i in pick]
    )
    sampler = MosaicSampler(photographs(train[~train["crop"]]), side=SAMPLE_SIDE, pictures=pictures)
    detector_int8 = to_int8(
        named_outputs(load_network(detector), ["heat", "sides"]), [sampler.draw(random)[0] for _ in range(SAMPLES)]
    )

    # the graphs are written first, as calibration asks the int8 graphs themselves
    specs = {}
    for name, content in (("detector", detector_int8), ("classifier", classifier_int8)):
        (to / f"{name}.tflite").write_bytes(content)
        specs[name] = GraphFile(file=f"{name}.tflite", sha256=hashlib.sha256(content).hexdigest()).model_dump()
    known = CropSampler(val, side=shape.side, margin=shape.margin, jitter=None, pictures=pictures)
    temperature = fit_temperature(_logits(classifier_int8, known), known.labels)
    slope, offset = fit_scores(detector_int8, val[~val["crop"]], pictures=pictures)
    now = datetime.now(UTC)
    manifest = Manifest(
        id=f"maskcore-{preset}-{hashlib.sha256(detector_int8 + classifier_int8).hexdigest()[:8]}",
        version=f"{now:%Y.%m.%d}",
        labels=LABELS,
        detector=DetectorSpec(**specs["detector"], slope=slope, offset=offset),
        classifier=ClassifierSpec(**specs["classifier"], side=shape.side, margin=shape.margin, temperature=temperature),
        thresholds=THRESHOLDS,
        data={
            "fingerprint": fingerprint(table),
            "git_revision": git_revision(),
            "faces": {str(k): int(v) for k, v in table[table["label"].notna()].groupby("source").size().items()},
            "photographs": {str(k): int(v) for k, v in table.groupby("source")["image"].nunique().items()},
        },
    )
    (to / "model.json").write_text(json.dumps(manifest.model_dump(mode="json"), indent=2) + "\n")
    write_card(to)
    checkpoints.mkdir(parents=True, exist_ok=True)
    for name, path in (("detector", detector), ("classifier", classifier)):
        if path.resolve() != (checkpoints / f"{name}.keras").resolve():
            shutil.copyfile(path, checkpoints / f"{name}.keras")
    return manifest


def named_outputs(network: keras.Model, layers: list[str]) -> keras.Model:
    """The network with the outputs of these layers, under their names."""
    return keras.Model(network.input, {name: network.get_layer(name).output for name in layers})


def to_int8(network: keras.Model, samples_bgr: list[np.ndarray]) -> bytes:
    """A LiteRT graph with int8 weights, activations and input and float32 outputs.

    Args:
        network: From (B, H, W, 3) float32 BGR in -1 to 1.
        samples_bgr: (H, W, 3) uint8 pictures that the ranges of the activations are taken from.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder, _quiet():
        network.export(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([s[None].astype(np.float32) / 127.5 - 1] for s in samples_bgr)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.int8
        return converter.convert()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the converter's hundred lines, written by its C++ part too, out of the terminal."""
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    saved = [os.dup(1), os.dup(2)]
    with open(os.devnull, "w") as nowhere:
        try:
            for number in (1, 2):
                os.dup2(nowhere.fileno(), number)
            yield
        finally:
            for number, descriptor in zip((1, 2), saved, strict=True):
                os.dup2(descriptor, number)
                os.close(descriptor)


def _logits(content: bytes, known: CropSampler) -> np.ndarray:
    graph, random = Graph(content, threads=2), np.random.default_rng(0)
    batches = [range(at, min(at + 64, len(known))) for at in range(0, len(known), 64)]
    parts = [
        graph.run(np.stack([known.cut(i, random)[0] for i in batch]))["logits"]
        for batch in track(batches, description="Calibrating labels")
    ]
    return np.concatenate(parts)
