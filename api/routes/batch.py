"""Faces and masks in many pictures, where a bad one spoils no other."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify

from api.answer_shapes import BatchAnswer
from api.examples import BATCH
from api.intake import read_batch_request
from api.looking import answer, see
from api.openapi import responses
from api.problems import RequestError, error_body
from api.request_ids import request_id
from api.schemas import BatchOptions
from api.service import service
from maskcore.errors import InputError, OptionError

blueprint = APIBlueprint("batch", __name__, tag={"name": "Batch", "description": "Faces and masks in many pictures"})


@blueprint.post("/v1/batch")
@blueprint.doc(
    operation_id="batch",
    summary="The same for many pictures in one call",
    responses=responses(
        BatchAnswer,
        "One result a picture, in the order sent; a picture that cannot be used gives a problem in its place",
        {
            400: "JSON or form that cannot be read",
            413: "More pictures or bytes than allowed",
            415: "A kind of body that is not accepted",
            422: "No picture, or an option outside its range",
            500: "A fault of the server",
            503: "The model could not be loaded, or too much is to do",
        },
        example=BATCH,
    ),
)
def batch() -> Response:
    """Find faces in every picture."""
    here = service()
    here.ready_detector()  # without a model no body is read
    asked = read_batch_request(here.settings)
    results = [_see_or_tell(picture, asked.options) for picture in asked.pictures]
    failed = sum("status" in result for result in results)
    counts = {"pictures": len(results), "failed": failed}
    return jsonify({"results": results, "summary": counts, "request_id": request_id()})


def _see_or_tell(picture: bytes | RequestError, options: BatchOptions) -> dict[str, Any]:
    """One after another, so that no more than one decoded picture is in memory."""
    if isinstance(picture, RequestError):
        return error_body(picture)
    try:
        return answer(see(picture, options), options)
    except OptionError:
        raise  # it is no picture's fault
    except InputError as error:
        return error_body(error)
