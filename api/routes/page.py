"""The webcam page, its sample pictures, and the pages that show the model's card and the OpenAPI document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response, abort, render_template, send_file

from api.card_text import card_html
from api.problems import STATUS_BY_ERROR
from api.service import service
from maskcore.errors import ModelError
from maskcore.models import load_model_card
from maskcore.samples import SAMPLES
from maskcore.settings import Settings
from maskcore.styles import INK_HEX, LABEL_STYLES, UNCERTAIN_TEXTS

blueprint = APIBlueprint("page", __name__, enable_openapi=False)


@blueprint.get("/")
def index() -> str:
    """The webcam page."""
    here = service()
    return render_template(
        "index.html", config=page_config(here.settings), styles=LABEL_STYLES, samples=SAMPLES, model=here.info()
    )


@blueprint.get("/samples/<name>.jpg")
def sample(name: str) -> Response:
    """A sample picture."""
    for each in SAMPLES:
        if each.name == name:
            return send_file(each.path, max_age=86_400)
    abort(404)


@blueprint.get("/model")
def model_card() -> tuple[str, int]:
    """The model's card for people, or why there is none."""
    try:
        card = load_model_card(service().ready_detector().folder)
    except ModelError as error:
        return render_template("model.html", error=error), STATUS_BY_ERROR[type(error)]
    return render_template("model.html", card=card_html(card.markdown)), 200


@blueprint.get("/docs")
def docs() -> str:
    """The OpenAPI document for people."""
    return render_template("docs.html")


def page_config(settings: Settings) -> dict[str, Any]:
    """What the page's scripts need to know, so that looks and limits have one table."""
    return {
        "styles": {key: asdict(style) for key, style in LABEL_STYLES.items()},
        "uncertain": {reason.value: text for reason, text in UNCERTAIN_TEXTS.items()},
        "ink": INK_HEX,
        "max_image_mb": settings.max_image_mb,
        "max_megapixels": settings.max_megapixels,
        "min_score": settings.min_score,
        "asks_for_key": settings.api_keys_file is not None,
    }
