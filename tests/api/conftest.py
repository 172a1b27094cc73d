"""An application without a model, and pictures to send to it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from maskcore.imaging import encode_jpeg
from maskcore.settings import Settings
from tests.factories import FakeDetector, make_picture

LIMIT_MB = 0.3


@pytest.fixture
def detector() -> FakeDetector:
    return FakeDetector()


@pytest.fixture
def client(detector: FakeDetector) -> FlaskClient:
    """A client of an application that takes pictures of at most LIMIT_MB megabytes and 1 megapixel."""
    return create_app(detector, Settings(max_image_mb=LIMIT_MB, max_megapixels=1)).test_client()


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    return encode_jpeg(make_picture())
