"""MaskDetector: from a picture to faces and how they wear their masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maskcore.arguments import check_image, check_options, given_boxes
from maskcore.boxes import area
from maskcore.classifier import CLASSIFIER_OUTPUT, Classifier
from maskcore.detector import DETECTOR_OUTPUT, Detector
from maskcore.looks import Looks
from maskcore.models import GraphFile, load_graph, load_manifest, model_folder
from maskcore.modes import Mode, input_size_for
from maskcore.opinions import pooled, sure
from maskcore.preprocess import crop_faces
from maskcore.quality import doubts
from maskcore.runtime import Graph
from maskcore.settings import Settings, get_settings
from maskcore.types import Face, FrameResult, ModelInfo

PROOF_BGR = np.full((64, 64, 3), 128, np.uint8)  # seen before all others, it tells what would meet every picture


@dataclass(frozen=True, slots=True)
class _Found:
    """Faces of one picture, their crops, and the milliseconds until here.

    Of a given box where the detector sees no face it has no opinion on the label: its row of label_logits is NaN. The
    classifier is asked about the faces that are marked.
    """

    size_wh: tuple[int, int]
    boxes_xyxy: NDArray[np.float32]
    scores: NDArray[np.float32]
    label_logits: NDArray[np.float32]
    crops_bgr: NDArray[np.uint8]
    asked: NDArray[np.bool_]
    prepare_ms: float
    detect_ms: float


class MaskDetector:
    """Finds faces and tells how they wear their masks. Build one and share it between threads.

    Args:
        model: Path of a model folder; None takes the one from the settings, or the active one as it is now.
        settings: None reads MASKCORE_… environment variables.
    Raises:
        ModelMissingError: The folder or a file of it is missing.
        ModelMismatchError: The files do not belong together.
        SettingsError: A variable cannot be used.
    """

    def __init__(self, model: Path | str | None = None, *, settings: Settings | None = None):
        self._settings = settings or get_settings()
        named = Path(model) if model else self._settings.model_dir
        self.folder = folder = model_folder(named)  # asked once: it may be another later
        manifest = load_manifest(folder)
        self.info = ModelInfo(manifest.id, manifest.version)
        self._labels, self._pool, self._thresholds = manifest.labels, manifest.pool, manifest.thresholds

        def graph(spec: GraphFile, output: str) -> Graph:
            return Graph(load_graph(folder, spec), threads=self._settings.threads, output=output)

        self._detector = Detector(graph(manifest.detector, DETECTOR_OUTPUT), manifest.detector)
        self._classifier = Classifier(
            graph(manifest.classifier, CLASSIFIER_OUTPUT), manifest.classifier, label_count=len(manifest.labels)
        )

    def detect(
        self,
        image_bgr: NDArray[np.uint8],
        *,
        input_size: int | Mode | None = None,
        min_score: float | None = None,
        max_faces: int | None = None,
        boxes: ArrayLike | None = None,
    ) -> FrameResult:
        """See one picture.

        Args:
            image_bgr: (H, W, 3) uint8, blue first as from OpenCV and load_image; an RGB array as image[..., ::-1].
            input_size: Longer side that the detector sees, a multiple of 32, or a mode, such as Mode.CROWD for the
                smallest faces; None chooses by the picture.
            min_score: Lowest probability of a face, 0 to 1; None takes the setting.
            max_faces: Most faces, largest first; None takes the setting.
            boxes: (N, 4) x1, y1, x2, y2 in pixels: tell about these faces only, with score 1, in this order; at most
                max_faces. The detector is asked for its opinion on their labels all the same.
        Returns:
            The faces largest first, or as boxes has them.
        Raises:
            OptionError: An option is outside its range, or there are more boxes than max_faces; the message says which.
            ValueError: The picture is another kind of array.
        """
        given = None if boxes is None else [boxes]
        return self._see([image_bgr], input_size, min_score, max_faces, given)[0]

    def detect_batch(
        self,
        images_bgr: Sequence[NDArray[np.uint8]],
        *,
        input_size: int | Mode | None = None,
        min_score: float | None = None,
        max_faces: int | None = None,
    ) -> list[FrameResult]:
        """See several pictures; all their crops are told in one batch. Options and errors as in detect."""
        return self._see(images_bgr, input_size, min_score, max_faces, None)

    def _see(
        self,
        images_bgr: Sequence[NDArray[np.uint8]],
        input_size: int | Mode | None,
        min_score: float | None,
        max_faces: int | None,
        boxes: Sequence[ArrayLike] | None,
    ) -> list[FrameResult]:
        score = self._settings.min_score if min_score is None else min_score
        most = self._settings.max_faces if max_faces is None else max_faces
        check_options(score, most)
        found = []
        for number, image_bgr in enumerate(images_bgr):
            check_image(image_bgr)
            given = None if boxes is None else boxes[number]
            found.append(self._find(image_bgr, input_size=input_size, min_score=score, max_faces=most, boxes=given))
        if not found:
            return []
        began = perf_counter()
        logits = self._classifier.logits(np.concatenate([item.crops_bgr[item.asked] for item in found]))
        classify_ms = (perf_counter() - began) * 1e3 / len(found)
        ends = np.cumsum([item.asked.sum() for item in found])
        parts = np.split(logits, ends[:-1])
        return [self._result(item, part, classify_ms) for item, part in zip(found, parts, strict=True)]

    def _find(
        self,
        image_bgr: NDArray[np.uint8],
        *,
        input_size: int | Mode | None,
        min_score: float,
        max_faces: int,
        boxes: ArrayLike | None,
    ) -> _Found:
        size_wh = (image_bgr.shape[1], image_bgr.shape[0])
        began = perf_counter()
        if boxes is None:
            seen = Looks(image_bgr, longer_side=input_size_for(input_size, size_wh))
            prepared = perf_counter()
            found, scores, label_logits = self._detector.find(seen, min_score=min_score)
            order = np.argsort(-area(found), kind="stable")[:max_faces]
            found, scores, label_logits = found[order], scores[order], label_logits[order]
        else:
            found = given_boxes(boxes, size_wh, most=max_faces)
            scores = np.ones(len(found), np.float32)
            seen = Looks(image_bgr, longer_side=input_size_for(input_size, size_wh))
            prepared = perf_counter()
            label_logits = self._detector.tell(seen, found)
        detected = perf_counter()
        spec = self._classifier.spec
        crops = crop_faces(image_bgr, found, side=spec.side, margin=spec.margin)
        cut = perf_counter()
        prepare_ms = (prepared - began + cut - detected) * 1e3
        asked = ~sure(label_logits, self._pool)
        return _Found(size_wh, found, scores, label_logits, crops, asked, prepare_ms, (detected - prepared) * 1e3)

    def _result(self, found: _Found, logits: NDArray[np.float32], classify_ms: float) -> FrameResult:
        began = perf_counter()
        crop_logits = np.full_like(found.label_logits, np.nan)
        crop_logits[found.asked] = logits
        temperature = self._classifier.spec.temperature
        likely = pooled(crop_logits, found.label_logits, pool=self._pool, temperature=temperature)
        boxes = found.boxes_xyxy
        reasons = doubts(
            found.crops_bgr,
            shorter_sides=(boxes[:, 2:] - boxes[:, :2]).min(axis=1),
            probabilities=likely.max(axis=1),
            thresholds=self._thresholds,
        )
        faces = []
        for box, score, row, reason in zip(
            boxes.tolist(), found.scores.tolist(), likely.tolist(), reasons, strict=True
        ):
            x1, y1, x2, y2 = box
            best = row.index(max(row))
            by_label = dict(zip(self._labels, row, strict=True))
            faces.append(Face((x1, y1, x2, y2), score, self._labels[best], by_label, reason))
        classify_ms += (perf_counter() - began) * 1e3
        timings = {"prepare": found.prepare_ms, "detect": found.detect_ms, "classify": classify_ms}
        timings["total"] = sum(timings.values())
        return FrameResult(tuple(faces), found.size_wh, timings, self.info)
