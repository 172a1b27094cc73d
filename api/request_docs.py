"""Bodies and query options as the OpenAPI document tells them; the routes read them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.examples import ONE_PIXEL_PNG, ONE_PIXEL_URL
from api.film_shapes import VideoOptions
from api.schemas import BatchOptions, Options, Shape
from maskcore.modes import Mode
from maskcore.privacy import Blur

_SCHEMAS = "#/components/schemas/"
BINARY = {"type": "string", "format": "binary"}  # how Swagger UI knows to offer a file
# How a form says what JSON says by null and by lists; Swagger UI fills in the first word, and empty is not given.
_FORM_VALUES: Mapping[str, dict[str, Any]] = {
    "blur": {"type": "string", "enum": ["", *Blur]},
    "mode": {"type": "string", "enum": ["", *Mode]},
    "faces": {"type": "string", "examples": [""]},
}


def _json(shape: str, examples: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    told = {name: {"summary": summary, "value": value} for name, (summary, value) in examples.items()}
    return {"schema": {"$ref": _SCHEMAS + shape}, "examples": told}


_DETECT = {
    "required": True,
    "description": "The picture, in one of three ways; at most 10 MB and 25 megapixels unless set otherwise.",
    "content": {
        "multipart/form-data": {"schema": {"$ref": _SCHEMAS + "FormPicture"}},
        "image/*": {"schema": BINARY},
        "application/octet-stream": {"schema": BINARY},
        "application/json": _json(
            "JsonPicture",
            {
                "base64": ("base64 text", {"image": ONE_PIXEL_PNG, "min_score": 0.5}),
                "data-url": ("a data URL, as a browser's canvas makes it", {"image": ONE_PIXEL_URL}),
                "mode": ("a named size, and the picture drawn on", {"image": ONE_PIXEL_PNG, "input_size": "fast"}),
                "blurred": ("every face unrecognisable", {"image": ONE_PIXEL_PNG, "annotate": True, "blur": "all"}),
                "why": ("a heat map of each face", {"image": ONE_PIXEL_PNG, "explain": True}),
                "boxes": ("faces found before", {"image": ONE_PIXEL_PNG, "faces": [[0, 0, 1, 1]]}),
            },
        ),
    },
}
_BATCH = {
    "required": True,
    "description": "The pictures; at most 16, and 50 MB together, unless set otherwise.",
    "content": {
        "multipart/form-data": {"schema": {"$ref": _SCHEMAS + "FormPictures"}},
        "application/json": _json(
            "JsonPictures", {"two": ("two pictures", {"images": [ONE_PIXEL_PNG, ONE_PIXEL_URL], "max_faces": 20})}
        ),
    },
}
_VIDEO = {
    "required": True,
    "description": "The film; at most 200 MB unless set otherwise.",
    "content": {
        "multipart/form-data": {"schema": {"$ref": _SCHEMAS + "FormFilm"}},
        "video/*": {"schema": BINARY},
        "application/octet-stream": {"schema": BINARY},
    },
}
_ORIGINAL = {
    "required": True,
    "description": "An encoded picture; the Content-Type may be left out.",
    "content": {"application/octet-stream": {"schema": BINARY}},
}

REQUEST_BODIES: Mapping[str, dict[str, Any]] = {
    "/v1/detect": _DETECT,
    "/v1/batch": _BATCH,
    "/v1/video": _VIDEO,
    "/api/test": _ORIGINAL,
}
QUERY_OPTIONS: Mapping[str, type[Shape]] = {
    "/v1/detect": Options,
    "/v1/batch": BatchOptions,
    "/v1/video": VideoOptions,
}


def query_parameters(options: dict[str, Any]) -> list[dict[str, Any]]:
    """Options in the query string, from the schema of their shape."""
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
    """A query string says boxes as JSON."""
    schema = _without_null(field)
    del schema["description"]  # it stands beside the schema
    schema.pop("default", None)  # Swagger UI would send it
    return {"content": {"application/json": {"schema": schema}}} if name == "faces" else {"schema": schema}


def form_properties(properties: dict[str, Any]) -> dict[str, Any]:
    """The schema's properties as a form can say them."""
    return {name: _form_value(name, field) for name, field in properties.items()}


def _form_value(name: str, field: dict[str, Any]) -> dict[str, Any]:
    if name in _FORM_VALUES:
        return {"description": field["description"]} | _FORM_VALUES[name]
    return _without_null(field)


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """Neither a query string nor a form can say null; Swagger UI would send the word."""
    kinds: list[dict[str, Any]] = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
    schema = {name: value for name, value in field.items() if name != "anyOf" and value is not None}
    if len(kinds) == 1:
        return schema | kinds[0]
    return schema | ({"anyOf": kinds} if kinds else {})
