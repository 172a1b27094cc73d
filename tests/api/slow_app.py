"""An API whose detector takes its time, for a gunicorn of its own: gunicorn 'tests.api.slow_app:build()'."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from apiflask import APIFlask

from api.app import create_app
from maskcore import serving
from maskcore.types import FrameResult
from tests.factories import FakeDetector

LOOK_S = 1.5
GATE = "TEST_GATE"  # variable that names a file: while it is there, no picture is looked at
LOOKED = "the model has run"


class SlowDetector(FakeDetector):
    """A fake that takes LOOK_S for a picture, or until its gate opens, and tells when it has seen one."""

    def detect(self, image_bgr: Any, **options: Any) -> FrameResult:
        time.sleep(LOOK_S)
        while GATE in os.environ and Path(os.environ[GATE]).exists():
            time.sleep(0.02)
        print(LOOKED, file=sys.stderr, flush=True)
        return super().detect(image_bgr, **options)


def build() -> APIFlask:
    """The application; it finds the slow detector where it loads its model."""
    serving.MaskDetector = lambda *_, **__: SlowDetector()  # type: ignore[assignment, misc]
    return create_app()
