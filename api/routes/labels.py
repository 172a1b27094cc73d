"""Every word that an answer may hold, as machine and person read it."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify

from api.answer_shapes import LabelsAnswer
from api.openapi import responses
from maskcore.styles import LABEL_STYLES, UNCERTAIN_TEXTS
from maskcore.types import Label

blueprint = APIBlueprint("labels", __name__, tag={"name": "Labels", "description": "What the words of an answer mean"})
_MEANINGS = {
    Label.MASK: "A mask covers nose and mouth.",
    Label.NO_MASK: "No mask; a mouth behind a hand or a cup too.",
    Label.INCORRECT: "A mask that leaves nose or mouth free.",
}


def _labels() -> dict[str, Any]:
    labels = []
    for label, meaning in _MEANINGS.items():
        style = LABEL_STYLES[label]
        labels.append({"label": label.value, "text": style.text, "meaning": meaning, "color": style.color_hex})
    reasons = [{"reason": reason.value, "text": text} for reason, text in UNCERTAIN_TEXTS.items()]
    return {"labels": labels, "uncertain": reasons}


@blueprint.get("/v1/labels")
@blueprint.doc(
    operation_id="labels",
    summary="The labels, and the reasons not to trust one",
    responses=responses(LabelsAnswer, "All of them", {}, example=_labels()),
)
def labels() -> Response:
    """Tell the words and their meanings."""
    return jsonify(_labels())
