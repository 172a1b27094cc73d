"""The OpenAPI document keeps its word whatever requests schemathesis makes of it, and none makes the server fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from api.app import create_app
from maskcore.settings import Settings
from tests.api.conftest import ModeDetector

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install schemathesis")
from schemathesis import GenerationMode  # noqa: E402
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance  # noqa: E402

pytestmark = pytest.mark.slow
# No schema can tell which bytes are a picture, and an option may be empty or in capitals although none says so.
BEYOND_THE_DOCUMENT = [positive_data_acceptance, negative_data_rejection]


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    own = Settings(data_dir=tmp_path_factory.mktemp("data"))
    document = schemathesis.openapi.from_wsgi("/openapi.json", create_app(ModeDetector(), own))
    return [found.ok() for found in document.get_all_operations()]


def strategies(operation: Any) -> Iterator[Any]:
    """Requests as documented, and where options can be wrong, such as are not."""
    yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.query:
        yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def test_every_answer_is_a_documented_one(operations: list[Any]) -> None:
    statuses: set[int] = set()

    def check(case: Any) -> None:
        answer = case.call()
        statuses.add(answer.status_code)
        case.validate_response(answer, excluded_checks=BEYOND_THE_DOCUMENT)

    for operation in operations:
        for strategy in strategies(operation):
            settings(max_examples=40, suppress_health_check=list(HealthCheck))(given(strategy)(check))()
    assert {200, 202, 404, 422} <= statuses
