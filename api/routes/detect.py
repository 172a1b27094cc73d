"""Faces and masks in one picture."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify

from api.intake import read_detect_request
from api.openapi import responses
from api.schemas import ANSWER_EXAMPLE, DetectAnswer
from api.service import service
from maskcore.imaging import decode_image

blueprint = APIBlueprint("detect", __name__, tag={"name": "Detect", "description": "Faces and masks in a picture"})


@blueprint.post("/v1/detect")
@blueprint.doc(
    operation_id="detect",
    summary="Find faces and how they wear their masks",
    responses=responses(
        DetectAnswer,
        "What was seen; no face is an answer too",
        {
            400: "JSON, base64 or form that cannot be read",
            413: "More bytes or pixels than allowed",
            415: "A kind of body or picture that is not accepted",
            422: "No picture, a damaged one, or an option outside its range",
            500: "A fault of the server",
            503: "The model could not be loaded",
        },
        example=ANSWER_EXAMPLE,
    ),
)
def detect() -> Response:
    """Find faces in a picture."""
    here = service()
    detector = here.ready_detector()
    asked = read_detect_request(max_mb=here.settings.max_image_mb)
    image_bgr = decode_image(
        asked.picture, max_mb=here.settings.max_image_mb, max_megapixels=here.settings.max_megapixels
    )
    options = asked.options
    result = detector.detect(
        image_bgr, input_size=options.input_size, min_score=options.min_score, max_faces=options.max_faces
    )
    return jsonify(result.to_dict())
