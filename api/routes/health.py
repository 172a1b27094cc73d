"""Is the process alive, is its model loaded, and has it run?"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify

from api import examples
from api.answer_shapes import HealthAnswer, LiveAnswer
from api.openapi import responses
from api.service import service

blueprint = APIBlueprint("health", __name__, tag={"name": "Health", "description": "For those who watch the server"})
_NO_MODEL = {503: "The model could not be loaded"}


@blueprint.get("/health")
@blueprint.doc(
    operation_id="health",
    summary="Is the server up, and is its model loaded?",
    responses=responses(HealthAnswer, "Both", _NO_MODEL, example=examples.HEALTH),
)
def health() -> Response:
    """Tell whether requests can be answered."""
    return _well()


@blueprint.get("/health/live")
@blueprint.doc(
    operation_id="live",
    summary="Does the process answer? Restart it where it does not",
    responses=responses(LiveAnswer, "It does", {}, example=examples.LIVE),
)
def live() -> Response:
    """Answer, whatever the model does."""
    return jsonify({"status": "ok"})


@blueprint.get("/health/ready")
@blueprint.doc(
    operation_id="ready",
    summary="Has the model run once in this process? Send requests only where it has",
    responses=responses(HealthAnswer, "It has", _NO_MODEL | {500: "Films cannot be kept"}, example=examples.HEALTH),
)
def ready() -> Response:
    """Tell whether requests can be answered: a model that was loaded has run, or it is not used."""
    service().films.watch()
    return _well()


def _well() -> Response:
    info = service().ready_detector().info
    return jsonify({"status": "ok", "model": {"id": info.id, "version": info.version}})
