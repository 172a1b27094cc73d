"""What the model makes of each face, as numbers that a light classifier can learn from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import ArrayLike, NDArray

from maskcore.errors import InputError, ModelMismatchError
from maskcore.imaging import load_image
from maskcore.models import load_graph, load_manifest
from maskcore.preprocess import crop_faces
from maskcore.settings import get_settings
from maskcore.types import Face, FrameResult
from training.data.table import BOX, LABELS

FAINT_SCORE = 0.3  # the face of a picture that is a crop of one may be found as faintly as this
LEAST_PROBABILITY = 1e-4  # of a label, before its logarithm is taken


class Teller(Protocol):
    """Finds faces and tells labels, as maskcore.MaskDetector does."""

    def detect(
        self,
        image_bgr: NDArray[np.uint8],
        *,
        min_score: float | None = None,
        max_faces: int | None = None,
        boxes: ArrayLike | None = None,
    ) -> FrameResult:
        """The faces of a picture, or those of boxes in their order."""


class Embedder:
    """The classifier of a model folder, cut before its last layer.

    LiteRT throws away what flows between layers unless it is told to keep all of it. That rules out its faster
    kernels: a crop takes some 2 ms.

    Args:
        model_dir: The model folder; None is the active model, see maskcore.active.
    Raises:
        ModelMissingError: The folder or a file of it is missing.
        ModelMismatchError: A file is not the one that model.json speaks of, or the classifier has no layer to cut at.
    """

    def __init__(self, model_dir: Path | None = None):
        manifest = load_manifest(model_dir)
        self.side, self.margin = manifest.classifier.side, manifest.classifier.margin
        self._graph = Interpreter(
            model_content=load_graph(model_dir, manifest.classifier),
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        self._input = self._graph.get_input_details()[0]
        # weights have a row a label: only what flows between layers has one row a face
        rows = [each for each in self._graph.get_tensor_details() if len(each["shape"]) == 2 and each["shape"][0] == 1]
        wide = [each for each in rows if each["shape"][1] > len(manifest.labels)]
        if not wide:
            raise ModelMismatchError("Expected a classifier that ends in a dense layer. Export the model again.")
        self._output = wide[-1]
        self.width = int(self._output["shape"][1])

    def __call__(self, crops_bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features of crops.

        Args:
            crops_bgr: (N, side, side, 3) uint8 from maskcore.preprocess.crop_faces; N is at least 1.
        Returns:
            (N, width) float32.
        """
        self._graph.resize_tensor_input(self._input["index"], crops_bgr.shape)
        self._graph.allocate_tensors()
        self._graph.set_tensor(self._input["index"], _to_graph(crops_bgr.astype(np.float32) / 127.5 - 1, self._input))
        self._graph.invoke()
        return _from_graph(self._graph.get_tensor(self._output["index"]), self._output)


def embed_pictures(faces: pd.DataFrame, teller: Teller, embed: Embedder, *, skip: int = 0) -> Iterator[NDArray]:
    """Features of faces, a picture at a time: what `embed` gives, and logarithms of the model's pooled probabilities.

    A picture that is itself a crop of one face may show far more than the face: there the largest face found counts.

    Args:
        faces: Rows of training.data.table with a box.
        teller: The detector.
        embed: The classifier's first layers.
        skip: Pictures that were looked at before.
    Yields:
        (faces of the picture, embed.width + 3) float32, pictures and faces in the order of `faces`; NaN in a picture
        that is damaged.
    """
    settings = get_settings()
    groups = list(faces.groupby("image", sort=False))
    for image, rows in groups[skip:]:
        try:
            image_bgr = load_image(Path(image), max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
        except InputError:
            yield np.full((len(rows), embed.width + len(LABELS)), np.nan, np.float32)
            continue
        told = _tell(image_bgr, rows, teller)
        boxes_xyxy = np.array([face.box for face in told], np.float32)
        crops = crop_faces(image_bgr, boxes_xyxy, side=embed.side, margin=embed.margin)
        likely = np.array([[face.probabilities[label] for label in LABELS] for face in told], np.float32)
        yield np.hstack([embed(crops), np.log(np.maximum(likely, LEAST_PROBABILITY))])


def _tell(image_bgr: NDArray[np.uint8], rows: pd.DataFrame, teller: Teller) -> list[Face]:
    """The face of each row."""
    if rows["crop"].iloc[0]:
        found = teller.detect(image_bgr, min_score=FAINT_SCORE, max_faces=1).faces
        if found:
            return [found[0]] * len(rows)
    boxes_xyxy = rows[BOX].to_numpy(np.float32)
    return list(teller.detect(image_bgr, boxes=boxes_xyxy.tolist(), max_faces=len(rows)).faces)


def _to_graph(values: NDArray[np.float32], detail: dict) -> NDArray:
    scale, zero = detail["quantization"]
    if not scale:
        return values
    bounds = np.iinfo(detail["dtype"])
    return np.clip(np.round(values / scale + zero), bounds.min, bounds.max).astype(detail["dtype"])


def _from_graph(values: NDArray, detail: dict) -> NDArray[np.float32]:
    scale, zero = detail["quantization"]
    return (values.astype(np.float32) - zero) * np.float32(scale or 1)
