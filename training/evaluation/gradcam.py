"""Grad-CAM: which parts of a face speak for a label, by the network's own gradients.

Selvaraju et al. 2017, arXiv:1610.02391. As a program it reads crops from its input and writes their maps, both as .npy:
`python -m training.evaluation.gradcam NETWORK.keras LABEL`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from maskcore.types import Label
from training.data.table import LABELS
from training.errors import RunError
from training.models.saved import load_network

POOLING = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)


def gradcam(network: keras.Model, crops_bgr: NDArray[np.uint8], label: Label) -> NDArray[np.float32]:
    """Weigh the last convolutional maps by how much each raises the logit of a label, and add them up.

    Args:
        network: A classifier, see training.models.classifier.
        crops_bgr: (N, side, side, 3) uint8 from maskcore.preprocess.crop_faces; N may be 0.
        label: What is to be explained.
    Returns:
        (N, side, side) float32 from 0 to 1, the strongest place of each crop 1; all 0 where nothing speaks for the
        label. As coarse as the maps: 4x4 for the preset small, 8x8 for seed.

    Raises:
        RunError: The network is no classifier, or the crops are not of the size that it sees.
    """
    layers, wanted = _up_to_last_maps(network), network.input_shape[1:]
    if crops_bgr.dtype != np.uint8 or crops_bgr.shape[1:] != wanted:
        raise RunError(
            f"Expected crops of (N, {', '.join(map(str, wanted))}) uint8, which the network sees; came "
            f"{crops_bgr.shape} {crops_bgr.dtype}. Cut them with maskcore.preprocess.crop_faces."
        )
    if not len(crops_bgr):
        return np.zeros((0, *wanted[:2]), np.float32)
    watched = keras.Model(network.inputs, [layers[-1].output, network.outputs[0]])
    pixels = tf.constant(crops_bgr, tf.float32) / 127.5 - 1
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        maps, logits = watched(pixels, training=False)
        # crops do not mix, so the gradient of the sum holds that of each
        spoken = tf.reduce_sum(logits[:, LABELS.index(label)])
    weights = tf.reduce_mean(tape.gradient(spoken, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)).numpy()
    start, step = _centres(layers)
    return np.stack([_enlarged(each, wanted[0], start=start, step=step) for each in heat])


def _up_to_last_maps(network: keras.Model) -> list[keras.Layer]:
    """The layers up to the last maps over the face that no pooling made coarser."""
    layers = [each for each in network.layers if not isinstance(each, keras.layers.InputLayer)]
    while layers and (layers[-1].output.ndim != 4 or isinstance(layers[-1], POOLING)):
        layers.pop()
    if not layers or network.output_shape != (None, len(LABELS)):
        raise RunError(
            f"Expected a classifier of {len(LABELS)} labels with convolutions, came a network from "
            f"{network.input_shape} to {network.output_shape}. Name the classifier.keras of a run."
        )
    return layers


def _centres(layers: list[keras.Layer]) -> tuple[float, int]:
    """Where in the crop the first place of the maps looks, and how far the next is, in pixels.

    Spread evenly over the crop, as is usual, maps would be off by a tenth of the face: strides and missing padding
    move what a place sees. Branches beside others have stride 1 and move nothing.
    """
    start, step = 0.0, 1
    for layer in layers:
        size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
        if size is not None:
            before = 0
            if layer.padding == "same":
                count, stride = layer.input.shape[1], layer.strides[0]
                before = max((-(-count // stride) - 1) * stride + size[0] - count, 0) // 2
            start += step * ((size[0] - 1) / 2 - before)
            step *= layer.strides[0]
    return start, step


def _enlarged(heat: NDArray[np.float32], side: int, *, start: float, step: int) -> NDArray[np.float32]:
    to_maps = np.array([[1, 0, -start], [0, 1, -start]]) / step
    large = cv2.warpAffine(
        heat, to_maps, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(large / (large.max() or 1), np.float32)


if __name__ == "__main__":
    crops_bgr = np.load(io.BytesIO(sys.stdin.buffer.read()))
    np.save(sys.stdout.buffer, gradcam(load_network(Path(sys.argv[1])), crops_bgr, Label(sys.argv[2])))
