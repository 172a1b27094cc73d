"""Networks in the forms that other programs load."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import keras
import numpy as np

from maskcore.opinions import probabilities
from maskcore.runtime import Graph
from training.models.saved import load_network

OUTPUTS = {"detector": ("heat", "sides", "labels"), "classifier": ("logits",)}  # layers whose outputs are named
ARRANGEMENT = 1  # what `to_int8` writes; raised where the same network comes out otherwise, see training.export
Run = Callable[[np.ndarray], dict[str, np.ndarray]]


class Form(StrEnum):
    """What a network can be written as. All but int8 take (B, H, W, 3) float32 BGR in -1 to 1."""

    KERAS = "keras"
    SAVED_MODEL = "saved_model"
    FLOAT32 = "float32"
    FLOAT16 = "float16"
    ONNX = "onnx"


SUFFIXES = {
    Form.KERAS: ".keras",
    Form.SAVED_MODEL: "",
    Form.FLOAT32: ".float32.tflite",
    Form.FLOAT16: ".float16.tflite",
    Form.ONNX: ".onnx",
}


def with_named_outputs(network: keras.Model) -> keras.Model:
    """A detector or classifier whose outputs have the names of OUTPUTS."""
    return keras.Model(network.input, {name: network.get_layer(name).output for name in OUTPUTS[network.name]})


def convert(network: keras.Model, form: Form, *, folder: Path) -> Path:
    """Write a network in one form.

    Args:
        network: A detector or classifier in float32, see training.models.saved.load_network.
        form: Which.
        folder: Where to; it must exist.
    Returns:
        The file, or the folder of a SavedModel: folder / (name of the network + SUFFIXES[form]).
    """
    path = folder / f"{network.name}{SUFFIXES[form]}"
    if form is Form.KERAS:
        network.save(path)
    elif form in (Form.FLOAT32, Form.FLOAT16):
        path.write_bytes(_to_tflite(network, half=form is Form.FLOAT16))
    else:
        kind = "onnx" if form is Form.ONNX else "tf_saved_model"
        with _quiet(), warnings.catch_warnings():
            # Keras mends tf2onnx for NumPy 2 and looks names up in NumPy that are deprecated
            warnings.simplefilter("ignore", FutureWarning)
            with_named_outputs(network).export(path, format=kind, verbose=False, input_signature=_signature(network))
    return path


def open_form(path: Path, form: Form) -> Run:
    """Load what `convert` wrote, as a function from pictures (B, H, W, 3) uint8 BGR to outputs by name.

    ONNX needs the package onnxruntime.
    """
    if form in (Form.FLOAT32, Form.FLOAT16):
        return Graph(path.read_bytes(), threads=1, output=OUTPUTS[path.name.split(".")[0]][0]).run
    ask = _opened(path, form)
    return lambda images_bgr: ask(images_bgr.astype(np.float32) / 127.5 - 1)


def _opened(path: Path, form: Form) -> Run:
    if form is Form.KERAS:
        network = with_named_outputs(load_network(path))
        return lambda batch: {name: np.asarray(value) for name, value in network(batch).items()}
    if form is Form.ONNX:
        import onnxruntime

        session = onnxruntime.InferenceSession(path)
        names, given = [output.name for output in session.get_outputs()], session.get_inputs()[0].name
        return lambda batch: dict(zip(names, session.run(names, {given: batch}), strict=True))
    import tensorflow as tf

    served = tf.saved_model.load(path)
    return lambda batch: {name: value.numpy() for name, value in served.serve(batch).items()}


def largest_difference(one: Run, other: Run, images_bgr: np.ndarray) -> float:
    """How far two forms of a network differ most in what they give as probability of a face or of a label."""
    found, wanted = one(images_bgr), other(images_bgr)
    return max(
        float(np.abs(_probability(name, found[name]) - _probability(name, wanted[name])).max())
        for name in wanted.keys() & {"heat", "labels", "logits"}
    )


def _probability(name: str, logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits)) if name == "heat" else probabilities(logits.reshape(-1, logits.shape[-1]))


def to_int8(network: keras.Model, samples_bgr: list[np.ndarray]) -> bytes:
    """A LiteRT graph with int8 weights, activations and input and float32 outputs, see training.rearrange.

    Args:
        network: As for `convert`.
        samples_bgr: (H, W, 3) uint8 pictures that the ranges of the activations are taken from.
    """
    import tensorflow as tf

    from training.rearrange import rearrange  # needs TensorFlow, which a machine that trains on JAX may lack

    with _converter(rearrange(network)) as converter:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([s[None].astype(np.float32) / 127.5 - 1] for s in samples_bgr)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.int8
        return converter.convert()


def _to_tflite(network: keras.Model, *, half: bool) -> bytes:
    import tensorflow as tf

    with _converter(with_named_outputs(network)) as converter:
        if half:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


@contextlib.contextmanager
def _converter(model: keras.Model) -> Iterator:
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder, _quiet():
        model.export(folder, verbose=False)
        yield tf.lite.TFLiteConverter.from_saved_model(folder)


def _signature(network: keras.Model) -> list[keras.InputSpec]:
    return [keras.InputSpec("float32", shape=network.input.shape, name="pixels")]


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
