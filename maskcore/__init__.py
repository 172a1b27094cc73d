"""Sees faces in pictures and whether they wear a mask: the core behind the pages, the API and the command line."""

from maskcore.errors import MaskcoreError
from maskcore.imaging import decode_image, load_image  # first of all, so that it sets limits before OpenCV is there
from maskcore.pipeline import MaskDetector
from maskcore.types import Face, FrameResult, Label, ModelInfo, Summary, Uncertain

__all__ = [
    "Face",
    "FrameResult",
    "Label",
    "MaskDetector",
    "MaskcoreError",
    "ModelInfo",
    "Summary",
    "Uncertain",
    "decode_image",
    "load_image",
]
