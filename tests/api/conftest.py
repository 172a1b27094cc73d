"""An application without a model, and pictures to send to it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from maskcore.imaging import encode_jpeg
from maskcore.modes import Mode
from maskcore.settings import Settings
from maskcore.types import FrameResult
from tests.factories import FakeDetector, make_picture

LIMIT_MB = 0.3
BATCH_IMAGES = 3
BATCH_MB = 0.35  # above 0.5, the test client would write its form to a file


class ModeDetector(FakeDetector):
    """A fake that takes the names of sizes too."""

    def detect(self, image_bgr: Any, *, input_size: int | Mode | None = None, **options: Any) -> FrameResult:
        result = super().detect(image_bgr, input_size=None if isinstance(input_size, Mode) else input_size, **options)
        self.calls[-1]["input_size"] = input_size
        return result


@pytest.fixture
def detector() -> FakeDetector:
    return ModeDetector()


@pytest.fixture
def client(detector: FakeDetector) -> FlaskClient:
    """A client of an application that takes pictures of at most LIMIT_MB megabytes and 1 megapixel."""
    settings = Settings(max_image_mb=LIMIT_MB, max_megapixels=1, max_batch_images=BATCH_IMAGES, max_batch_mb=BATCH_MB)
    return create_app(detector, settings).test_client()


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    return encode_jpeg(make_picture())
