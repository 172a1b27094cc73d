"""Faces and masks in one picture."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from api.answer_shapes import DetectAnswer
from api.examples import ANSWER
from api.intake import read_detect_request
from api.looking import ENCODERS, annotated, answer, see
from api.openapi import responses
from api.request_ids import request_id
from api.service import service

blueprint = APIBlueprint("detect", __name__, tag={"name": "Detect", "description": "Faces and masks in a picture"})


@blueprint.post("/v1/detect")
@blueprint.doc(
    operation_id="detect",
    summary="Find faces and how they wear their masks",
    responses=responses(
        DetectAnswer,
        "What was seen; no face is an answer too. With `Accept: image/*` the annotated picture itself",
        {
            400: "JSON, base64 or form that cannot be read",
            413: "More bytes or pixels than allowed",
            415: "A kind of body or picture that is not accepted",
            422: "No picture, a damaged one, or an option outside its range",
            500: "A fault of the server",
            503: "The model could not be loaded, or too much is to do",
        },
        example=ANSWER,
    ),
)
def detect() -> Response:
    """Find faces in a picture.

    The answer is JSON, with the annotated picture in it where `annotate` is true; a client that prefers `image/jpeg` or
    `image/png` by its Accept header gets that picture alone.
    """
    here = service()
    here.ready_detector()  # without a model no body is read
    asked = read_detect_request(here.settings)
    kind = request.accept_mimetypes.best_match(["application/json", *ENCODERS])
    seen = see(asked.picture, asked.options)
    if kind in ENCODERS:
        return Response(ENCODERS[kind](annotated(seen, asked.options.blur)), mimetype=kind)
    return jsonify(answer(seen, asked.options) | {"request_id": request_id()})
