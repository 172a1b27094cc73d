"""`explain` answers a heat map of the first faces, and of no more than five."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
import pytest
from flask.testing import FlaskClient

from api.answer_shapes import DetectAnswer
from api.looking import MOST_EXPLAINED
from maskcore.explain import SHOWN_SIDE
from tests.api.requests import WAYS, Send, check_problem
from tests.factories import FakeDetector, make_face

each_way = pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())


def explained(answer: Any) -> list[bool]:
    return ["explanation" in face for face in answer.get_json()["faces"]]


@each_way
def test_a_heat_map_comes_as_a_data_url(client: FlaskClient, jpeg: bytes, send: Send) -> None:
    answer = send(client, jpeg, explain="true")
    DetectAnswer.model_validate_json(answer.data)
    kind, _, text = answer.get_json()["faces"][0]["explanation"].partition(",")
    assert kind == "data:image/png;base64"
    image_bgr = cv2.imdecode(np.frombuffer(base64.b64decode(text), np.uint8), cv2.IMREAD_COLOR)
    assert image_bgr is not None and image_bgr.shape == (SHOWN_SIDE, SHOWN_SIDE, 3)


def test_nobody_gets_one_who_did_not_ask(client: FlaskClient, jpeg: bytes) -> None:
    assert explained(WAYS["raw"](client, jpeg)) == [False] * 4


def test_the_cost_is_bounded(client: FlaskClient, detector: FakeDetector, jpeg: bytes) -> None:
    detector.faces = tuple(make_face(box=(0.0, 0.0, 20.0 + number, 30.0)) for number in range(MOST_EXPLAINED + 3))
    assert explained(WAYS["raw"](client, jpeg, explain="true")) == [True] * MOST_EXPLAINED + [False] * 3


def test_a_batch_explains_nothing(client: FlaskClient, jpeg: bytes) -> None:
    text = base64.b64encode(jpeg).decode()
    check_problem(client.post("/v1/batch", json={"images": [text], "explain": True}), 422, "option")
