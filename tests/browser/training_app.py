"""Streamlit that keeps training runs in a folder of its own: python -m tests.browser.training_app run …"""

from __future__ import annotations

import os
from pathlib import Path

from streamlit.web.cli import main

from training.runs import folder

RUNS_VARIABLE = "TEST_RUNS"

if __name__ == "__main__":
    folder.RUNS_ROOT = Path(os.environ[RUNS_VARIABLE])
    main(prog_name="streamlit")
