"""Streamlit with a detector that takes a tenth of a second longer: python -m tests.browser.slow_app run …"""

from __future__ import annotations

import time
from typing import Any

from streamlit.web.cli import main

from maskcore import FrameResult, MaskDetector

EXTRA_S = 0.1

_detect = MaskDetector.detect


def _slow(self: MaskDetector, *args: Any, **options: Any) -> FrameResult:
    time.sleep(EXTRA_S)
    return _detect(self, *args, **options)


if __name__ == "__main__":
    MaskDetector.detect = _slow
    main(prog_name="streamlit")
