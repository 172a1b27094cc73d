"""The OpenAPI document tells what the API does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

from api import problems
from api.examples import PROBLEM_EXAMPLES
from api.film_shapes import VideoOptions
from api.request_docs import QUERY_OPTIONS
from api.schemas import BatchOptions, Options, Shape
from maskcore import errors
from tests.api.requests import WAYS


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.content_type == "application/json"
    body: dict[str, Any] = answer.get_json()
    return body


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object anywhere in the document."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(child)


def media(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in nodes(document) if "schema" in node and ("example" in node or "examples" in node)]


def test_the_version_is_3_1_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    references = {node["$ref"] for node in nodes(document) if "$ref" in node}
    assert references
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_three_media_types_are_documented(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/detect"]["post"]["requestBody"]["content"]
    assert set(content) == {"multipart/form-data", "image/*", "application/octet-stream", "application/json"}


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    shown = 0
    for node in media(document):
        schema = node["schema"] | {"components": document["components"]}
        examples = [node["example"]] if "example" in node else [each["value"] for each in node["examples"].values()]
        for example in examples:
            jsonschema.Draft202012Validator(schema).validate(example)
            shown += 1
    assert shown >= 10


def test_every_error_is_documented_as_problem_json(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if not status.startswith("2"):
                    assert list(response["content"]) == [problems.PROBLEM_JSON]


def test_guarded_calls_tell_of_keys_and_limits(client: FlaskClient, document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            is_open = path.startswith("/health")
            assert ("security" not in operation) is is_open
            assert {"401", "429"}.isdisjoint(operation["responses"]) is is_open
            assert {name for each in operation.get("security", []) for name in each} <= set(schemes)


def test_every_answer_names_its_request(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            assert all("X-Request-ID" in response["headers"] for response in operation["responses"].values())


@pytest.mark.parametrize(("status", "header"), [("202", "Location"), ("429", "Retry-After"), ("503", "Retry-After")])
def test_the_headers_that_a_caller_goes_on_by_are_documented(
    document: dict[str, Any], status: str, header: str
) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    found = [each["responses"][status] for each in operations if status in each["responses"]]
    assert found and all(header in response["headers"] for response in found)


def test_a_body_that_does_not_come_whole_is_documented(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            assert ("408" in operation["responses"]) is ("requestBody" in operation)


def test_the_kinds_of_answer_are_documented(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/detect"]["post"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "image/jpeg", "image/png"}


def test_every_operation_has_a_name_a_summary_and_a_tag(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert {operation["operationId"] for operation in operations} == {
        "detect",
        "batch",
        "video",
        "job",
        "delete_job",
        "job_film",
        "job_story",
        "job_people",
        "labels",
        "model",
        "health",
        "live",
        "ready",
        "metrics",
        "original",
    }
    assert all(operation["summary"] and operation["tags"] for operation in operations)


@pytest.mark.parametrize(("status", "example"), PROBLEM_EXAMPLES.items())
def test_the_examples_of_problems_are_real(status: int, example: tuple[str, str, str]) -> None:
    tree = [error for error in vars(errors).values() if isinstance(error, type)]
    real = {(problems.STATUS_BY_ERROR[error], error.slug, error.title) for error in tree}
    real |= {(status_, slug, title) for slug, (status_, title) in problems._REQUEST_PROBLEMS.items()}
    real |= {(status_, slug, title) for status_, (slug, title) in problems._HTTP_PROBLEMS.items()}
    assert (status, *example[:2]) in real


@pytest.mark.parametrize("path", ["/v1/detect", "/v1/batch"])
def test_the_documented_json_examples_are_accepted(client: FlaskClient, document: dict[str, Any], path: str) -> None:
    content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    assert content["examples"]
    for example in content["examples"].values():
        assert client.post(path, json=example["value"]).status_code == 200


def test_every_answer_is_shown_by_an_example(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            (good,) = (answer for status, answer in operation["responses"].items() if status.startswith("2"))
            for content in good.get("content", {}).values():
                assert "example" in content or content["schema"] == {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    ("path", "shape"), [("/v1/detect", Options), ("/v1/batch", BatchOptions), ("/v1/video", VideoOptions)]
)
def test_every_option_may_stand_in_the_query_string(document: dict[str, Any], path: str, shape: type[Shape]) -> None:
    names = [parameter["name"] for parameter in document["paths"][path]["post"]["parameters"]]
    assert names == list(shape.model_fields)


@pytest.mark.parametrize("path", QUERY_OPTIONS)
def test_a_number_is_taken_up_to_its_documented_bounds(
    client: FlaskClient, document: dict[str, Any], jpeg: bytes, path: str
) -> None:
    def status(name: str, number: float) -> int:
        field = "film" if path == "/v1/video" else "image"
        form = {field: (io.BytesIO(jpeg), "picture.jpg")}
        return client.post(path, data=form, query_string={name: number}).status_code

    told = {each["name"]: each["schema"] for each in document["paths"][path]["post"]["parameters"] if "schema" in each}
    bounded = {name: schema for name, schema in told.items() if "minimum" in schema}
    numbers = {name for name, schema in told.items() if "number" in str(schema) or "integer" in str(schema)}
    assert bounded.keys() == numbers != set()
    for name, schema in bounded.items():
        step = schema.get("multipleOf", 1)
        assert status(name, schema["minimum"]) < 300 and status(name, schema["minimum"] - step) == 422
        if "maximum" in schema:
            assert status(name, schema["maximum"]) < 300 and status(name, schema["maximum"] + step) == 422
        if "multipleOf" in schema:
            assert status(name, schema["minimum"] + step / 2) == 422


def test_neither_a_form_nor_a_query_string_is_told_to_say_null(document: dict[str, Any]) -> None:
    """The page of the documentation would send the word."""
    parameters = [each for path in QUERY_OPTIONS for each in document["paths"][path]["post"]["parameters"]]
    forms = [
        document["components"]["schemas"][name]["properties"] for name in ("FormPicture", "FormPictures", "FormFilm")
    ]
    assert parameters and forms
    assert not [node for node in nodes([*parameters, *forms]) if node.get("type") == "null"]


def test_a_form_is_shown_with_values_that_change_nothing(document: dict[str, Any]) -> None:
    """Whoever tries a picture on the documentation's page sees it whole: no given faces, no blur, no drawing."""
    form = document["components"]["schemas"]["FormPicture"]["properties"]
    assert (form["blur"]["enum"][0], form["faces"]["examples"][0], form["annotate"]["default"]) == ("", "", False)


def test_no_tag_is_told_twice(document: dict[str, Any]) -> None:
    names = [tag["name"] for tag in document["tags"]]
    assert len(names) == len(set(names))


def test_the_document_does_not_repeat_the_host_of_whoever_asks(client: FlaskClient) -> None:
    assert b"evil" not in client.get("/openapi.json", headers={"Host": "evil.example"}).data


def test_documented_answers_hold_for_a_real_one(client: FlaskClient, document: dict[str, Any], jpeg: bytes) -> None:
    schema = {"$ref": "#/components/schemas/DetectAnswer", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(WAYS["raw"](client, jpeg).get_json())
