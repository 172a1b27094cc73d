"""Which parts of a face speak for its label: hide one after another and see how the classifier's opinion changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.classifier import CLASSIFIER_OUTPUT, Classifier
from maskcore.models import load_graph, load_manifest, model_folder
from maskcore.preprocess import crop_faces
from maskcore.runtime import Graph
from maskcore.types import Face, Label

GRID = 7  # places of the patch along a side; with the whole face they fit into one batch of the classifier
PATCH = 0.25  # of the side: as large as a mouth
SOFTNESS = 0.06  # of the side
SHOWN_SIDE = 224  # pixels
FOR_BGR, AGAINST_BGR = (0, 94, 213), (178, 114, 0)  # Okabe and Ito's vermilion and blue: told apart by everybody
STRONGEST = 0.65  # opacity of the colour over the part that counts most


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the classifier saw of a face, and what of it counted.

    Attributes:
        crop_bgr: (S, S, 3) uint8.
        weights: (S, S) float32: by how much hiding a pixel's surroundings lowers the log-odds of the label. Above 0 it
            speaks for the label, below 0 against it.
    """

    crop_bgr: NDArray[np.uint8]
    weights: NDArray[np.float32]


class Explainer:
    """Explains labels by occlusion (Zeiler and Fergus 2014, arXiv:1311.2901): no gradients, one batch a face.

    It asks the classifier of crops alone; a picture's label also heeds what the detector thinks. Share one between
    threads.

    Args:
        model: Model folder; None: that of the active model as it is now.
        threads: Of one inference.
    Raises:
        ModelMissingError: The folder or a file of it is missing.
        ModelMismatchError: The files do not belong together.
    """

    def __init__(self, model: Path | None, *, threads: int):
        folder = model_folder(model)  # asked once: it may be another later
        manifest = load_manifest(folder)
        self._labels = manifest.labels
        graph = Graph(load_graph(folder, manifest.classifier), threads=threads, output=CLASSIFIER_OUTPUT)
        self._classifier = Classifier(graph, manifest.classifier, label_count=len(manifest.labels))

    def explain(self, image_bgr: NDArray[np.uint8], face: Face) -> Explanation:
        """Weigh the parts of one face.

        Args:
            image_bgr: (H, W, 3) uint8.
            face: Found in it.
        """
        spec = self._classifier.spec
        (crop_bgr,) = crop_faces(image_bgr, np.array([face.box], np.float32), side=spec.side, margin=spec.margin)
        squares = _squares(spec.side)
        odds = self._log_odds(np.stack([crop_bgr, *(_hide(crop_bgr, square) for square in squares)]), face.label)
        weights, covered = np.zeros((2, spec.side, spec.side), np.float32)
        for (rows, columns), lost in zip(squares, odds[0] - odds[1:], strict=True):
            weights[rows, columns] += lost
            covered[rows, columns] += 1
        smooth = cv2.GaussianBlur(weights / covered, (0, 0), spec.side * SOFTNESS)  # no edges of patches
        return Explanation(crop_bgr, np.asarray(smooth, np.float32))

    def _log_odds(self, crops_bgr: NDArray[np.uint8], label: Label) -> NDArray[np.float32]:
        logits = self._classifier.logits(crops_bgr) / self._classifier.spec.temperature
        mine = self._labels.index(label)
        others = np.delete(logits, mine, axis=1)
        return np.asarray(logits[:, mine] - np.logaddexp.reduce(others, axis=1), np.float32)


def draw_explanation(explanation: Explanation) -> NDArray[np.uint8]:
    """The face in grey, vermilion where it speaks for the label and blue where against.

    Returns:
        (SHOWN_SIDE, SHOWN_SIDE, 3) uint8, BGR.
    """
    size = (SHOWN_SIDE, SHOWN_SIDE)
    grey = cv2.cvtColor(explanation.crop_bgr, cv2.COLOR_BGR2GRAY)
    face = cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)[..., None]
    weights = cv2.resize(explanation.weights, size, interpolation=cv2.INTER_CUBIC)
    strength = np.abs(weights) / max(float(np.abs(weights).max()), 1e-6) * STRONGEST
    color = np.where(weights[..., None] > 0, np.array(FOR_BGR, np.float32), np.array(AGAINST_BGR, np.float32))
    return np.asarray(face + (color - face) * strength[..., None], np.float32).clip(0, 255).astype(np.uint8)


def _squares(side: int) -> list[tuple[slice, slice]]:
    """Where the patch goes; together the places cover the crop."""
    patch = max(1, round(side * PATCH))
    starts = np.linspace(0, side - patch, GRID).round().astype(int).tolist()
    return [(slice(y, y + patch), slice(x, x + patch)) for y in starts for x in starts]


def _hide(crop_bgr: NDArray[np.uint8], square: tuple[slice, slice]) -> NDArray[np.uint8]:
    hidden = crop_bgr.copy()
    hidden[square] = crop_bgr.mean(axis=(0, 1)).round()
    return hidden
