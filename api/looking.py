"""From an encoded picture to an answer: decode, see, and draw where that is asked for."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.metrics import metrics
from api.schemas import BatchOptions, LookOptions, Options
from api.service import service
from maskcore.data_urls import data_url
from maskcore.drawing import draw_faces
from maskcore.explain import Explainer, draw_explanation
from maskcore.imaging import decode_image, encode_jpeg, encode_png
from maskcore.privacy import Blur, blur_faces, faces_to_blur
from maskcore.tracking.tracker import LOW_SCORE
from maskcore.tracking.watch import Watch
from maskcore.types import Face, FrameResult, Label, ModelInfo

ENCODERS = {"image/jpeg": encode_jpeg, "image/png": encode_png}  # as what an annotated picture may come by itself

MOST_EXPLAINED = 5  # faces of a picture


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture, (H, W, 3) uint8 BGR, and what was seen in it."""

    image_bgr: NDArray[np.uint8]
    result: FrameResult


def see(picture: bytes, options: LookOptions, *, watch: Watch | None = None) -> Seen:
    """Decode a picture within the settings' limits and see it.

    Args:
        picture: Encoded.
        options: How to look.
        watch: Follows the people of the video that the picture is from; None: it stands alone.
    Raises:
        ImageTooLargeError: More bytes or pixels than allowed.
        ImageFormatError: A file of another kind.
        ImageDecodeError: Damaged or not a picture.
        OptionError: An option is outside its range.
        ModelError: The model could not be loaded.
    """
    here = service()
    detector = here.ready_detector()
    limits = here.settings
    with metrics().time("decode"):
        image_bgr = decode_image(picture, max_mb=limits.max_image_mb, max_megapixels=limits.max_megapixels)
    result = detector.detect(
        image_bgr,
        input_size=options.input_size,
        min_score=min(LOW_SCORE, watch.tracker.min_score) if watch else options.min_score,
        max_faces=options.max_faces,
        boxes=options.faces if isinstance(options, Options) else None,
    )
    if watch:
        result = watch.see(result, at_s=monotonic()).result
    metrics().count_result(result)
    return Seen(image_bgr, result)


def answer(seen: Seen, options: BatchOptions) -> dict[str, Any]:
    """What was seen, with explanations and the annotated picture where they are asked for."""
    said = told(seen)
    if isinstance(options, Options) and options.explain:
        for about, explanation in zip(said["faces"], _explanations(seen), strict=False):  # those of the first faces
            about["explanation"] = explanation
    if options.annotate or options.blur:
        said["annotated"] = base64.b64encode(encode_jpeg(annotated(seen, options.blur))).decode()
    return said


def told(seen: Seen) -> dict[str, Any]:
    """The one JSON shape of page, API and command line, with what a program wants on top."""
    said = seen.result.to_dict()
    for face, about in zip(seen.result.faces, said["faces"], strict=True):
        about["relative_box"] = _relative(face, seen.result.size)
        about["covers_nose_and_mouth"] = about["probabilities"][Label.MASK.value]
    return said


def annotated(seen: Seen, blur: Blur | None) -> NDArray[np.uint8]:
    """The picture with boxes and labels, (H, W, 3) uint8 BGR, and faces blurred where that is asked for."""
    faces = seen.result.faces
    with metrics().time("draw"):
        canvas = seen.image_bgr if blur is None else blur_faces(seen.image_bgr, faces_to_blur(faces, blur))
        return draw_faces(canvas, faces)


def _explanations(seen: Seen) -> Iterator[str]:
    here = service()
    detector = here.ready_detector()
    explainer = _explainer(detector.folder, detector.info, here.settings.threads)
    for face in seen.result.faces[:MOST_EXPLAINED]:
        with metrics().time("explain"):
            png = encode_png(draw_explanation(explainer.explain(seen.image_bgr, face)))
        yield data_url(png, kind="image/png")


@lru_cache(maxsize=1)
def _explainer(model_dir: Path, model: ModelInfo, threads: int) -> Explainer:
    """Made when it is first asked for, most servers never are, and again for another model."""
    return Explainer(model_dir, threads=threads)


def _relative(face: Face, size_wh: tuple[int, int]) -> list[float]:
    return [round(side / size_wh[axis % 2], 5) for axis, side in enumerate(face.box)]
