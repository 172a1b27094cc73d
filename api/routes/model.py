"""Which model answers, and whether it does."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify

from api.openapi import responses
from api.schemas import HealthAnswer, ModelCardAnswer
from api.service import service
from maskcore.models import load_model_card

blueprint = APIBlueprint(
    "model", __name__, tag={"name": "Model", "description": "Which model answers, and whether it does"}
)


@blueprint.get("/health")
@blueprint.doc(
    operation_id="health",
    summary="Is the server up, and is its model loaded?",
    responses=responses(HealthAnswer, "Both", {503: "The model could not be loaded"}),
)
def health() -> Response:
    """Tell whether requests can be answered."""
    info = service().ready_detector().info
    return jsonify({"status": "ok", "model": {"id": info.id, "version": info.version}})


@blueprint.get("/v1/model")
@blueprint.doc(
    operation_id="model",
    summary="The model's card: data, figures, use and limits",
    responses=responses(ModelCardAnswer, "The card", {503: "The model could not be loaded"}),
)
def model() -> Response:
    """Show the model's card."""
    card = load_model_card(service().settings.model_dir)
    return jsonify({"id": card.info.id, "version": card.info.version, "card": card.card, "markdown": card.markdown})
