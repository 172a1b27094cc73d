"""The OpenAPI document: what APIFlask derives, and what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from pydantic.json_schema import models_json_schema

from api.problems import PROBLEM_JSON, problem_body
from api.schemas import (
    DetectAnswer,
    FormPicture,
    HealthAnswer,
    JsonPicture,
    LegacyAnswer,
    ModelCardAnswer,
    Options,
    Problem,
)

_SHAPES = (DetectAnswer, FormPicture, HealthAnswer, JsonPicture, LegacyAnswer, ModelCardAnswer, Options, Problem)
_REF = "#/components/schemas/"
_ONE_PIXEL_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
_BINARY = {"type": "string", "format": "binary"}  # how Swagger UI knows to offer a file
# Slug, title and detail of one problem a status, as they really come; a test compares them with the tables.
PROBLEM_EXAMPLES: Mapping[int, tuple[str, str, str]] = {
    400: ("json", "The JSON cannot be read", "The body is no JSON: Expecting value: line 1 column 1 (char 0)."),
    413: (
        "image-too-large",
        "The picture is too large",
        "The picture has 9000 × 6000 = 54.0 megapixels; at most 25 are accepted. Make the picture smaller.",
    ),
    415: (
        "image-format",
        "This kind of picture is not accepted",
        "This is a GIF file; expected JPEG, PNG, WebP, BMP or HEIC. Save or export it as one of these.",
    ),
    422: ("option", "An option is out of range", "min_score must be a number from 0 to 1, such as 0.5; got 2.0."),
    500: ("internal", "The server failed", "This is a fault of the server, and it was logged. Try again later."),
    503: ("model-missing", "The model is missing", "Expected model.json in the model folder models/mine."),
}
Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]

DESCRIPTION = """Finds faces in a picture and tells how each wears a mask: `mask`, `no_mask`, `incorrect`, or
`uncertain` with the reason. Errors are RFC 9457 problem+json. Pictures are neither kept nor logged."""


def configure(app: APIFlask) -> None:
    """Set how the document is made, and add to it what APIFlask cannot know."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=DESCRIPTION,
        AUTO_SERVERS=False,  # it would keep the Host header of whoever asks first
    )
    app.spec_processor(_complete)


def responses(shape: type, description: str, problems: Mapping[int, str], *, example: Any = None) -> Responses:
    """The answers of one address.

    Args:
        shape: What comes with status 200, one of schemas.py.
        description: What that means.
        problems: What each error status means here.
        example: An answer with status 200.
    """
    content: dict[str, Any] = {"schema": {"$ref": _REF + shape.__name__}}
    if example is not None:
        content["example"] = example
    answers: Responses = {200: {"description": description, "content": {"application/json": content}}}
    return answers | {status: {"description": text} for status, text in problems.items()}


def _complete(document: Any) -> Any:
    shapes = [(shape, "validation") for shape in _SHAPES]
    _, definitions = models_json_schema(shapes, ref_template=_REF + "{model}")  # type: ignore[arg-type]
    schemas = definitions["$defs"]
    document.setdefault("components", {})["schemas"] = schemas
    detect = document["paths"]["/v1/detect"]["post"]
    detect["requestBody"] = _detect_body()
    detect["parameters"] = _query_parameters(schemas["Options"])
    document["paths"]["/api/test"]["post"]["requestBody"] = {
        "required": True,
        "description": "An encoded picture; the Content-Type may be left out.",
        "content": {"application/octet-stream": {"schema": _BINARY}},
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            _mend_errors(operation["responses"])
    return document


def _mend_errors(responses: dict[str, Any]) -> None:
    """APIFlask documents errors as application/json of its own shape; they are problems."""
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            content: dict[str, Any] = {"schema": {"$ref": _REF + Problem.__name__}}
            if int(status) in PROBLEM_EXAMPLES:
                content["example"] = problem_body(int(status), *PROBLEM_EXAMPLES[int(status)])
            response["content"] = {PROBLEM_JSON: content}


def _detect_body() -> dict[str, Any]:
    base64_example = {"image": _ONE_PIXEL_PNG, "min_score": 0.5}
    url_example = {"image": f"data:image/png;base64,{_ONE_PIXEL_PNG}"}
    return {
        "required": True,
        "description": "The picture, in one of three ways; at most 10 MB and 25 megapixels unless set otherwise.",
        "content": {
            "multipart/form-data": {"schema": {"$ref": _REF + FormPicture.__name__}},
            "image/*": {"schema": _BINARY},
            "application/octet-stream": {"schema": _BINARY},
            "application/json": {
                "schema": {"$ref": _REF + JsonPicture.__name__},
                "examples": {
                    "base64": {"summary": "base64 text", "value": base64_example},
                    "data-url": {"summary": "a data URL, as a browser's canvas makes it", "value": url_example},
                },
            },
        },
    }


def _query_parameters(options: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": field["description"],
            "schema": field["anyOf"][0],  # the other is null, which a query string cannot say
        }
        for name, field in options["properties"].items()
    ]
