"""Runs a LiteRT graph: any batch and size, any thread."""

from __future__ import annotations

import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from maskcore.errors import ModelMismatchError

SHAPES_KEPT = 16  # interpreters a thread keeps; changing the shape of one costs about 2 ms


class Graph:
    """A graph from pictures to tensors, shared by all threads.

    An interpreter must not be used by two threads at once, and resizing one costs more than running it: each thread
    keeps one for each shape that it met lately.

    Args:
        content: The .tflite file.
        threads: Threads of one inference.
    Raises:
        ModelMismatchError: The bytes are no graph with one picture input.
    """

    def __init__(self, content: bytes, *, threads: int):
        self._content, self._threads = content, threads
        self._local = threading.local()
        try:
            with _without_greeting():
                details = self._interpreter((1, 32, 32, 3)).get_input_details()
        except (ValueError, RuntimeError) as error:
            raise ModelMismatchError(
                f"Expected a LiteRT graph that takes pictures (batch, height, width, 3): {error} "
                "Export the model again."
            ) from error
        self._table = _pixel_table(details[0])

    def run(self, images_bgr: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Run the graph.

        Args:
            images_bgr: (B, H, W, 3) uint8.
        Returns:
            Each output by its name in the graph's signature, float32.
        """
        interpreter = self._interpreter(images_bgr.shape)
        flat = np.ascontiguousarray(images_bgr).reshape(images_bgr.shape[0] * images_bgr.shape[1], -1)
        interpreter.set_tensor(
            interpreter.get_input_details()[0]["index"], cv2.LUT(flat, self._table).reshape(images_bgr.shape)
        )
        interpreter.invoke()
        outputs = interpreter.get_signature_runner().get_output_details()
        return {name: interpreter.get_tensor(detail["index"]) for name, detail in outputs.items()}

    def _interpreter(self, shape: tuple[int, ...]) -> Any:
        kept: OrderedDict[tuple[int, ...], Any] = self._local.__dict__.setdefault("interpreters", OrderedDict())
        if shape in kept:
            kept.move_to_end(shape)
            return kept[shape]
        interpreter = Interpreter(model_content=self._content, num_threads=self._threads)
        interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], shape)
        interpreter.allocate_tensors()
        kept[shape] = interpreter
        if len(kept) > SHAPES_KEPT:
            kept.popitem(last=False)
        return interpreter


@contextmanager
def _without_greeting() -> Iterator[None]:
    """LiteRT greets on the process's standard error, where users look for what went wrong, and has no switch for it."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _pixel_table(detail: dict[str, Any]) -> NDArray[Any]:
    """What the graph wants to see for each pixel value 0 to 255, brought to -1 to 1 and quantised as it says."""
    values = np.arange(256, dtype=np.float32) / 127.5 - 1
    if detail["dtype"] == np.float32:
        return values
    scale, zero = detail["quantization"]
    bounds = np.iinfo(detail["dtype"])
    steps = np.clip(np.round(values / scale + zero), bounds.min, bounds.max)
    return np.asarray(steps, detail["dtype"])
