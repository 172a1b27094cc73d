"""The call of the original project, so that its clients keep working."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify

from api.answer_shapes import LegacyAnswer
from api.bodies import read_raw
from api.examples import ORIGINAL
from api.looking import see
from api.openapi import responses
from api.schemas import BatchOptions
from api.service import service
from maskcore.types import FrameResult, Label

HOW = "Send the encoded picture itself as the body; /v1/detect takes forms and JSON too."

blueprint = APIBlueprint(
    "original",
    __name__,
    tag={"name": "Original", "description": "The call of the original project, for its old clients"},
)


@blueprint.post("/api/test", strict_slashes=False)  # old clients also write /api/test/
@blueprint.doc(
    operation_id="original",
    summary="The original project's call",
    responses=responses(
        LegacyAnswer,
        "Lists written as text, largest face first",
        {
            413: "More bytes or pixels than allowed",
            415: "A kind of picture that is not accepted",
            422: "No picture, or a damaged one",
            500: "A fault of the server",
            503: "The model could not be loaded, or too much is to do",
        },
        example=ORIGINAL,
    ),
)
def test() -> Response:
    """Answer as the original project did."""
    here = service()
    here.ready_detector()  # without a model no body is read
    picture = read_raw(max_mb=here.settings.max_image_mb, how=HOW)
    return jsonify(as_original(see(picture, BatchOptions()).result))


def as_original(result: FrameResult) -> dict[str, str]:
    """The result in the original's words, which has two answers: a mask worn wrong counts as none."""
    values = [int(face.label is Label.MASK) for face in result.faces]
    boxes = [[round(side) for side in face.box] for face in result.faces]
    return {"Values": str(values), "Boxes": str(boxes)}
