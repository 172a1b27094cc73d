"""The three ways to send a picture."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Send = Callable[..., TestResponse]


def as_text(options: dict[str, Any]) -> dict[str, str]:
    """Options as a form and a query string carry them: a list is written as JSON."""
    return {name: json.dumps(value) if isinstance(value, list) else str(value) for name, value in options.items()}


def send_form(client: FlaskClient, picture: bytes, **options: Any) -> TestResponse:
    fields = as_text(options)
    return client.post("/v1/detect", data={"image": (io.BytesIO(picture), "picture.jpg")} | fields)


def send_raw(client: FlaskClient, picture: bytes, **options: Any) -> TestResponse:
    return client.post("/v1/detect", data=picture, content_type="image/jpeg", query_string=as_text(options))


def send_json(client: FlaskClient, picture: bytes, **options: Any) -> TestResponse:
    return client.post("/v1/detect", json={"image": base64.b64encode(picture).decode()} | options)


def send_data_url(client: FlaskClient, picture: bytes, **options: Any) -> TestResponse:
    text = base64.encodebytes(picture).decode()  # with line breaks, as many tools write it
    return client.post("/v1/detect", json={"image": f"data:image/jpeg;base64,{text}"} | options)


WAYS: dict[str, Send] = {"form": send_form, "raw": send_raw, "json": send_json, "data-url": send_data_url}


def check_problem(answer: TestResponse, status: int, slug: str) -> str:
    """An answer is a whole RFC 9457 problem; return its detail."""
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert (answer.status_code, body["status"], body["type"]) == (status, status, f"/problems/{slug}"), body
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["title"] and body["detail"] and "Traceback" not in body["detail"]
    return str(body["detail"])
