"""With the model that ships: the API answers what the core answers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.routes.legacy import as_original
from maskcore import MaskDetector
from maskcore.imaging import load_image
from maskcore.models import SHIPPED
from maskcore.modes import Mode
from maskcore.samples import SAMPLES, Sample
from maskcore.settings import Settings
from tests.api.requests import WAYS, Send, check_problem
from tests.api.test_detect import shared

LOW_SCORE = 0.1  # so that there is something to compare, whichever model ships

pytestmark = pytest.mark.skipif(not (SHIPPED / "model.json").exists(), reason="no model ships yet (maskcore/weights)")


@pytest.fixture(scope="module")
def real() -> MaskDetector:
    return MaskDetector(settings=Settings())


@pytest.fixture(scope="module")
def real_client(real: MaskDetector) -> FlaskClient:
    return create_app(real, Settings()).test_client()


@pytest.mark.parametrize("send", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_api_sees_what_the_core_sees(
    real: MaskDetector, real_client: FlaskClient, sample: Sample, send: Send
) -> None:
    image_bgr = load_image(sample.path, max_mb=10, max_megapixels=25)
    expected = real.detect(image_bgr, min_score=LOW_SCORE).to_dict()
    answer = send(real_client, sample.path.read_bytes(), min_score=LOW_SCORE).get_json()
    expected.pop("timings_ms"), answer.pop("timings_ms")
    assert shared(answer) == expected
    assert answer["faces"]


@pytest.mark.parametrize("mode", Mode)
def test_every_named_size_is_seen(real: MaskDetector, real_client: FlaskClient, mode: Mode) -> None:
    image_bgr = load_image(SAMPLES[0].path, max_mb=10, max_megapixels=25)
    expected = real.detect(image_bgr, input_size=mode).to_dict()["faces"]
    answer = WAYS["raw"](real_client, SAMPLES[0].path.read_bytes(), input_size=mode.value).get_json()
    assert shared(answer)["faces"] == expected


def test_given_faces_are_classified_only(real_client: FlaskClient) -> None:
    picture = SAMPLES[0].path.read_bytes()
    found = WAYS["raw"](real_client, picture).get_json()["faces"][0]
    told = WAYS["raw"](real_client, picture, faces=[found["box"]]).get_json()["faces"]
    assert [(face["box"], face["score"], face["label"]) for face in told] == [(found["box"], 1, found["label"])]
    assert WAYS["raw"](real_client, picture, faces=[]).get_json()["faces"] == []


def test_a_given_face_outside_the_picture_is_told(real_client: FlaskClient) -> None:
    answer = WAYS["raw"](real_client, SAMPLES[0].path.read_bytes(), faces=[[9000, 0, 9100, 50]])
    assert "9000" in check_problem(answer, 422, "option")


def test_the_server_is_ready_once_the_model_has_run(real_client: FlaskClient) -> None:
    assert real_client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_original_call_tells_the_same_in_its_own_words(
    real: MaskDetector, real_client: FlaskClient, sample: Sample
) -> None:
    expected = as_original(real.detect(load_image(sample.path, max_mb=10, max_megapixels=25)))
    assert real_client.post("/api/test", data=sample.path.read_bytes()).get_json() == expected


def test_the_shipped_card_is_served(real: MaskDetector, real_client: FlaskClient) -> None:
    card = real_client.get("/v1/model").get_json()
    assert (card["id"], card["version"]) == (real.info.id, real.info.version)
    assert card["markdown"].startswith("#")
