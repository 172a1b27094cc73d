"""Numbers for Prometheus."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.metrics import metrics
from api.openapi import Responses

blueprint = APIBlueprint("prometheus", __name__, tag={"name": "Metrics", "description": "Numbers for Prometheus"})
_EXAMPLE = """# HELP maskcore_faces_total Faces reported.
# TYPE maskcore_faces_total counter
maskcore_faces_total{label="mask"} 12.0
"""
_ANSWERS: Responses = {
    200: {
        "description": "Prometheus's text format",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


@blueprint.get("/metrics")
@blueprint.doc(
    operation_id="metrics",
    summary="Requests, errors, times by stage, faces by label and the model, for Prometheus",
    responses=_ANSWERS,
)
def tell() -> Response:
    """Tell the numbers; with several workers, those of all of them."""
    return Response(generate_latest(metrics().registry), content_type=CONTENT_TYPE_LATEST)
