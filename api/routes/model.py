"""The card of the model that answers."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify

from api.answer_shapes import ModelCardAnswer
from api.examples import CARD
from api.openapi import responses
from api.service import service
from maskcore.models import load_model_card

blueprint = APIBlueprint("model", __name__, tag={"name": "Model", "description": "Which model answers"})


@blueprint.get("/v1/model")
@blueprint.doc(
    operation_id="model",
    summary="The model's card: data, figures, use and limits",
    responses=responses(ModelCardAnswer, "The card", {503: "The model could not be loaded"}, example=CARD),
)
def model() -> Response:
    """Show the model's card."""
    card = load_model_card(service().ready_detector().folder)
    return jsonify({"id": card.info.id, "version": card.info.version, "card": card.card, "markdown": card.markdown})
