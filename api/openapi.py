"""The OpenAPI document: what APIFlask derives, and what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from pydantic.json_schema import models_json_schema

from api.looking import ENCODERS
from api.problems import PROBLEM_JSON, problem_body
from api.request_docs import BINARY, QUERY_OPTIONS, REQUEST_BODIES
from api.request_ids import HEADER
from api.schemas import (
    BatchAnswer,
    BatchOptions,
    DetectAnswer,
    FormPicture,
    FormPictures,
    HealthAnswer,
    JsonPicture,
    JsonPictures,
    LabelsAnswer,
    LegacyAnswer,
    LiveAnswer,
    ModelCardAnswer,
    Options,
    Problem,
)
from api.security import KEY_HEADER, is_guarded_path

_SHAPES = (
    BatchAnswer,
    BatchOptions,
    DetectAnswer,
    FormPicture,
    FormPictures,
    HealthAnswer,
    JsonPicture,
    JsonPictures,
    LabelsAnswer,
    LegacyAnswer,
    LiveAnswer,
    ModelCardAnswer,
    Options,
    Problem,
)
_REF = "#/components/schemas/"
_REQUEST_ID = {
    "description": "The request's name: the one it came with in this header, or a new one. The log names it too.",
    "schema": {"type": "string"},
}
# Slug, title and detail of one problem a status, as they really come; a test compares them with the tables.
PROBLEM_EXAMPLES: Mapping[int, tuple[str, str, str]] = {
    400: ("json", "The JSON cannot be read", "The body is no JSON: Expecting value: line 1 column 1 (char 0)."),
    401: (
        "key",
        "An API key is needed",
        "Expected an API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`, got none. "
        "Ask the person who runs this server for one.",
    ),
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
    429: (
        "rate-limit",
        "Too many calls",
        "At most 60 per 1 minute are answered. Wait as long as the header Retry-After says.",
    ),
    500: ("internal", "The server failed", "This is a fault of the server, and it was logged. Try again later."),
    503: ("model-missing", "The model is missing", "Expected model.json in the model folder models/mine."),
}
_KEY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Where this server asks for keys."},
    "header": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "The same in a header of its own."},
}
_GUARD_PROBLEMS = {"401": "This server asks for an API key", "429": "More calls than this server allows"}
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


def responses(shape: type, description: str, problems: Mapping[int, str], *, example: Any) -> Responses:
    """The answers of one address.

    Args:
        shape: What comes with status 200, one of schemas.py.
        description: What that means.
        problems: What each error status means here.
        example: An answer with status 200.
    """
    content = {"schema": {"$ref": _REF + shape.__name__}, "example": example}
    answers: Responses = {200: {"description": description, "content": {"application/json": content}}}
    return answers | {status: {"description": text} for status, text in problems.items()}


def _complete(document: Any) -> Any:
    shapes = [(shape, "validation") for shape in _SHAPES]
    _, definitions = models_json_schema(shapes, ref_template=_REF + "{model}")  # type: ignore[arg-type]
    schemas = definitions["$defs"]
    document.setdefault("components", {})["schemas"] = schemas
    document["components"]["securitySchemes"] = _KEY_SCHEMES
    for path, body in REQUEST_BODIES.items():
        document["paths"][path]["post"]["requestBody"] = body
    for path, shape in QUERY_OPTIONS.items():
        document["paths"][path]["post"]["parameters"] = _query_parameters(schemas[shape.__name__])
    shown = document["paths"]["/v1/detect"]["post"]["responses"]["200"]["content"]
    shown |= {kind: {"schema": BINARY} for kind in ENCODERS}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if is_guarded_path(path):
                operation["security"] = [{}, *({name: []} for name in _KEY_SCHEMES)]
                operation["responses"] |= {status: {"description": text} for status, text in _GUARD_PROBLEMS.items()}
            _mend_errors(operation["responses"])
            for response in operation["responses"].values():
                response["headers"] = {HEADER: _REQUEST_ID}
    return document


def _mend_errors(responses: dict[str, Any]) -> None:
    """APIFlask documents errors as application/json of its own shape; they are problems."""
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            content: dict[str, Any] = {"schema": {"$ref": _REF + Problem.__name__}}
            if int(status) in PROBLEM_EXAMPLES:
                content["example"] = problem_body(int(status), *PROBLEM_EXAMPLES[int(status)])
            response["content"] = {PROBLEM_JSON: content}


def _query_parameters(options: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": field["description"],
            **_query_value(name, field),
        }
        for name, field in options["properties"].items()
    ]


def _query_value(name: str, field: dict[str, Any]) -> dict[str, Any]:
    """A query string cannot say null, and says boxes as JSON."""
    kinds = [kind for kind in field.get("anyOf", [{"type": field.get("type")}]) if kind != {"type": "null"}]
    schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return {"content": {"application/json": {"schema": schema}}} if name == "faces" else {"schema": schema}
