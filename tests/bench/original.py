"""The design that this product began with: an SSD finds the faces, then Keras tells one face at a time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from tests.bench.measure import Contender, Frame
from tests.bench.peer import load_script

SCRIPT = "tutorial.py"
# Quoted where the SSD's files are not at hand: 300x300, OpenCV 4 on two cores.
FACE_STAGE_MS = 23.0


def load_original(peers: Path, *, face_stage: Path | None, boxes_xyxy: np.ndarray) -> Contender:
    """The original design as a contender.

    Its times do not depend on the weights of its `seed` network, which are new ones here.

    Args:
        peers: Folder of the script that runs the SSD.
        face_stage: Folder of the SSD's files, as the script wants them; None: only the Keras part runs.
        boxes_xyxy: (N, 4) float32, pixels: the faces that Keras tells, the same as the other contenders see.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported: it greets at length
    from training.models.classifier import PRESETS, build_classifier

    ssd = load_script(peers / SCRIPT).FaceStage(face_stage) if face_stage else None
    network, side = build_classifier("seed"), PRESETS["seed"].shape.side

    def see(frame_bgr: Frame) -> Mapping[str, float]:
        began = perf_counter()
        if ssd:
            ssd.detect(frame_bgr)
        found = perf_counter()
        for x1, y1, x2, y2 in boxes_xyxy.astype(int):
            crop = cv2.resize(frame_bgr[y1:y2, x1:x2], (side, side)).astype(np.float32) / 127.5 - 1
            network.predict(crop[None], verbose=0)
        told = perf_counter()
        return {"detect": (found - began) * 1e3, "classify": (told - found) * 1e3}

    return see
