"""The OpenAPI document: what APIFlask derives, and what it cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from pydantic.json_schema import models_json_schema

from api.answer_shapes import (
    BatchAnswer,
    DetectAnswer,
    HealthAnswer,
    LabelsAnswer,
    LegacyAnswer,
    LiveAnswer,
    ModelCardAnswer,
    Problem,
)
from api.examples import PROBLEM_EXAMPLES
from api.film_shapes import FormFilm, JobAnswer, StoryAnswer, VideoOptions
from api.looking import ENCODERS
from api.problems import PROBLEM_JSON, problem_body
from api.request_docs import BINARY, QUERY_OPTIONS, REQUEST_BODIES, form_properties, query_parameters
from api.request_ids import HEADER
from api.schemas import BatchOptions, FormPicture, FormPictures, JsonPicture, JsonPictures, Options
from api.security import KEY_HEADER, is_guarded_path

_SHAPES = (
    BatchAnswer,
    BatchOptions,
    DetectAnswer,
    FormFilm,
    FormPicture,
    FormPictures,
    HealthAnswer,
    JobAnswer,
    JsonPicture,
    JsonPictures,
    LabelsAnswer,
    LegacyAnswer,
    LiveAnswer,
    ModelCardAnswer,
    Options,
    Problem,
    StoryAnswer,
    VideoOptions,
)
_REF = "#/components/schemas/"
_REQUEST_ID = {
    "description": "The request's name: the one it came with in this header, or a new one. The log names it too.",
    "schema": {"type": "string"},
}
_WAIT = {"description": "Seconds to wait, where that helps.", "schema": {"type": "integer"}}
_KEY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Where this server asks for keys."},
    "header": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "The same in a header of its own."},
}
_HEADERS = {  # that come with a status, besides the request's name
    "202": {"Location": {"description": "Where to ask how it stands.", "schema": {"type": "string"}}},
    "429": {"Retry-After": _WAIT},
    "503": {"Retry-After": _WAIT},
}
_BODY_PROBLEMS = {"408": "The body did not come whole, or not in time"}
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


def responses(
    shape: type, description: str, problems: Mapping[int, str], *, example: Any, status: int = 200
) -> Responses:
    """The answers of one address.

    Args:
        shape: What comes where all is well, one of answer_shapes.py or film_shapes.py.
        description: What that means.
        problems: What each error status means here.
        example: An answer where all is well.
        status: The status it comes with.
    """
    content = {"schema": {"$ref": _REF + shape.__name__}, "example": example}
    answers: Responses = {status: {"description": description, "content": {"application/json": content}}}
    return answers | {bad: {"description": text} for bad, text in problems.items()}


def _complete(document: Any) -> Any:
    shapes = [(shape, "validation") for shape in _SHAPES]
    _, definitions = models_json_schema(shapes, ref_template=_REF + "{model}")  # type: ignore[arg-type]
    document.setdefault("components", {}).update(schemas=definitions["$defs"], securitySchemes=_KEY_SCHEMES)
    _add_requests(document["paths"], document["components"]["schemas"])
    answer = document["paths"]["/v1/detect"]["post"]["responses"]["200"]
    answer["content"] |= {kind: {"schema": BINARY} for kind in ENCODERS}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _mend(operation, guarded=is_guarded_path(path))
    return document


def _add_requests(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    for name in (FormPicture.__name__, FormPictures.__name__, FormFilm.__name__):
        form = schemas[name]
        form["properties"] = form_properties(form["properties"])
    for path, body in REQUEST_BODIES.items():
        paths[path]["post"]["requestBody"] = body
    for path, options in QUERY_OPTIONS.items():
        paths[path]["post"]["parameters"] = query_parameters(schemas[options.__name__])


def _mend(operation: dict[str, Any], *, guarded: bool) -> None:
    """Tell what every operation has in common."""
    if guarded:
        operation["security"] = [{}, *({name: []} for name in _KEY_SCHEMES)]
        operation["responses"] |= {status: {"description": text} for status, text in _GUARD_PROBLEMS.items()}
    if "requestBody" in operation:
        operation["responses"] |= {status: {"description": text} for status, text in _BODY_PROBLEMS.items()}
    _mend_errors(operation["responses"])
    for status, response in operation["responses"].items():
        response["headers"] = {HEADER: _REQUEST_ID} | _HEADERS.get(status, {})


def _mend_errors(responses: dict[str, Any]) -> None:
    """APIFlask documents errors as application/json of its own shape; they are problems."""
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            content: dict[str, Any] = {"schema": {"$ref": _REF + Problem.__name__}}
            if int(status) in PROBLEM_EXAMPLES:
                content["example"] = problem_body(int(status), *PROBLEM_EXAMPLES[int(status)])
            response["content"] = {PROBLEM_JSON: content}
