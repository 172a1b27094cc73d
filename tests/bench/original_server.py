"""The design that this product began with, as a server: `python -m tests.bench.original_server PORT`.

A picture is decoded, its faces told one by one by Keras, and numbers answered as strings in JSON. Its face stage cannot
be loaded any more: the faces are where our detector finds them, and finding them costs nothing here, in its favour.
"""

from __future__ import annotations

import json
import sys

import cv2
import numpy as np
from flask import Flask, request

from maskcore import MaskDetector
from tests.bench.load import PATH
from tests.bench.measure import ROOT
from tests.bench.original import load_original
from tests.bench.scene import FACES, crowd


def build_app() -> Flask:
    """The application; it answers pictures of the benchmark's scene."""
    boxes = np.array([face.box for face in MaskDetector().detect(crowd(FACES)).faces], np.float32)
    see = load_original(ROOT.parent / "shared" / "peers", face_stage=None, boxes_xyxy=boxes)
    app = Flask(__name__)

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.post(PATH)
    def detect() -> str:
        see(np.asarray(cv2.imdecode(np.frombuffer(request.get_data(), np.uint8), cv2.IMREAD_COLOR), np.uint8))
        values = [1] * len(boxes)
        return json.dumps({"Values": str(values), "Boxes": str(boxes.astype(int).tolist())})

    return app


if __name__ == "__main__":
    build_app().run(port=int(sys.argv[1]), threaded=True)
