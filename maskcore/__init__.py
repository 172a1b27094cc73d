"""Sees faces in pictures and whether they wear a mask: the core behind the pages, the API and the command line.

    from maskcore import MaskDetector, draw_faces, load_image

    detector = MaskDetector()  # build it once; threads may share it
    image_bgr = load_image("photo.jpg", max_mb=50, max_megapixels=25)
    result = detector.detect(image_bgr)
    for face in result.faces:
        print(face.box, face.label, face.probabilities[face.label], face.uncertain)
    marked_bgr = draw_faces(image_bgr, result.faces)

A name is loaded when it is asked for: `python -m maskcore` runs this module first, and must see to Ctrl-C before
libraries load.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

# OpenCV reads these once, when it is first imported, which every module that does so is after this one.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "500000000")  # no setting allows more
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")  # a damaged picture is told by an error of ours, not on stderr

if TYPE_CHECKING:
    from maskcore.drawing import draw_faces
    from maskcore.errors import MaskcoreError
    from maskcore.imaging import decode_image, load_image
    from maskcore.modes import Mode
    from maskcore.pipeline import MaskDetector
    from maskcore.types import Face, FrameResult, Label, ModelInfo, Summary, Uncertain

__all__ = [
    "Face",
    "FrameResult",
    "Label",
    "MaskDetector",
    "MaskcoreError",
    "Mode",
    "ModelInfo",
    "Summary",
    "Uncertain",
    "decode_image",
    "draw_faces",
    "load_image",
]

_HOMES = {
    "MaskDetector": "pipeline",
    "MaskcoreError": "errors",
    "Mode": "modes",
    "decode_image": "imaging",
    "draw_faces": "drawing",
    "load_image": "imaging",
}  # all others live in types


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'types')}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]  # or a notebook offers no name before it is first used
