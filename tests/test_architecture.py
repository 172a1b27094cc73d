"""The arrows of the house: pages → training → maskcore, pages → maskcore, api → maskcore; nothing points back."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import architecture

ROOT = Path(__file__).resolve().parent.parent
RULES = [
    architecture.wrong_arrows,
    architecture.forbidden_libraries,
    architecture.heavy_starts,
    architecture.environment_reads,
]
LARGEST_FILE_BYTES = 3_000_000
LARGEST_CHECKPOINT_BYTES = 8_000_000  # weights in full precision with the optimiser, to train on from
MODELS_TOGETHER_BYTES = 10_000_000
# How the photographs of the data sets are called; none of them belongs into the repository.
PHOTOGRAPHS = re.compile(
    r"(?i)(maksssksksss\d+|test_\d{6,}|with(out)?_mask_?\d+.*|augmented_image_\d+|[0-9a-f]{32}|\d+_\w+_\w*\d+_\d+)"
    r"\.(jpe?g|png|bmp|webp)"
)

Rule = Callable[[Path], list[str]]
by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@by_name
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_the_checker_sees_the_whole_tree() -> None:
    seen = architecture.modules(ROOT)
    assert {"maskcore.pipeline", "api.app", "training.cli"} <= seen.keys()
    assert any(found.module == "training.cli.runs" and not found.at_load for found in architecture.imports(ROOT))


PLANTED: list[tuple[Rule, str, str]] = [
    (architecture.wrong_arrows, "maskcore/a.py", "import training"),
    (architecture.wrong_arrows, "maskcore/a.py", "import api.app"),
    (architecture.wrong_arrows, "maskcore/sub/a.py", "from ...pages import ui"),
    (architecture.wrong_arrows, "maskcore/a.py", "def f():\n    from pages.ui import boxes"),
    (architecture.wrong_arrows, "maskcore/a.py", "from tests.factories import make_face"),
    (architecture.wrong_arrows, "training/a.py", "from pages import ui"),
    (architecture.wrong_arrows, "training/a.py", "import streamlit_app"),
    (architecture.wrong_arrows, "training/a.py", "from api.schemas import Face"),
    (architecture.wrong_arrows, "api/routes/a.py", "from training.data import load_sources"),
    (architecture.wrong_arrows, "api/a.py", "async def f():\n    import pages.ui.boxes"),
    (architecture.wrong_arrows, "pages/a.py", "from api import app"),
    (architecture.wrong_arrows, "streamlit_app.py", "import api"),
    (architecture.forbidden_libraries, "maskcore/a.py", "import tensorflow as tf"),
    (architecture.forbidden_libraries, "maskcore/a.py", "def f():\n    import streamlit"),
    (architecture.forbidden_libraries, "maskcore/a.py", "from flask import Flask"),
    (architecture.forbidden_libraries, "maskcore/a.py", "import importlib\nimportlib.import_module('keras.ops')"),
    (architecture.forbidden_libraries, "api/a.py", "class A:\n    def f(self):\n        from keras import ops"),
    (architecture.forbidden_libraries, "api/a.py", "__import__('tensorflow')"),
    (architecture.forbidden_libraries, "api/a.py", "from streamlit import cache_data"),
    (architecture.forbidden_libraries, "training/a.py", "import streamlit"),
    (architecture.forbidden_libraries, "training/models/a.py", "def f():\n    import tensorflow as tf"),
    (architecture.heavy_starts, "training/data/a.py", "import keras"),
    (architecture.heavy_starts, "training/cli.py", "try:\n    import tensorflow\nexcept ImportError:\n    pass"),
    (architecture.heavy_starts, "training/__main__.py", "from training.models import blocks"),
    (architecture.heavy_starts, "pages/home.py", "from training.models.blocks import layers"),
    (architecture.environment_reads, "maskcore/a.py", "import os\nos.environ.get('MASKCORE_THREADS')"),
    (architecture.environment_reads, "api/a.py", "import os\nos.getenv('HOME')"),
    (architecture.environment_reads, "pages/a.py", "from os import environ"),
    (architecture.environment_reads, "training/a.py", "import os\nx = os.environ.setdefault('TF_THREADS', '2')"),
    (architecture.environment_reads, "training/a.py", "import os\nos.environ.setdefault('MASKCORE_THREADS', '2')"),
]


@pytest.mark.parametrize(
    ("rule", "file", "code"), PLANTED, ids=[f"{rule.__name__}-{file}-{code[:40]!r}" for rule, file, code in PLANTED]
)
def test_a_planted_breach_is_found(rule: Rule, file: str, code: str, tmp_path: Path) -> None:
    plant(tmp_path, file, code)
    assert len(rule(tmp_path)) == 1, "the breach, and nothing besides"


@by_name
@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("maskcore/a.py", "from . import b\nfrom maskcore.types import Face"),
        ("maskcore/settings.py", "import os\nos.environ.get('MASKCORE_THREADS')"),
        ("maskcore/a.py", "import os\nos.environ.setdefault('OPENCV_IO_MAX_IMAGE_PIXELS', '9')\nimport cv2"),
        ("training/cli.py", "def train():\n    from training.models import blocks\n    import tensorflow"),
        ("training/data/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras"),
        ("training/export.py", "import tensorflow"),
        ("pages/a.py", "import streamlit\nimport maskcore\nimport training.cli\nfrom pages.ui import boxes"),
        ("api/a.py", "import apiflask\nfrom maskcore import MaskDetector"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_what_is_right_is_left_alone(rule: Rule, file: str, code: str, tmp_path: Path) -> None:
    plant(tmp_path, file, code)
    assert rule(tmp_path) == []


def test_a_heavy_package_weighs_on_all_its_modules(tmp_path: Path) -> None:
    plant(tmp_path, "training/data/a.py", "")
    (tmp_path / "training/__init__.py").write_text("import keras", encoding="utf-8")
    assert architecture.heavy_starts(tmp_path) == ["training.data.a → training → keras"]


def plant(root: Path, file: str, code: str) -> None:
    """Make a small tree that keeps every rule, then put one file into it."""
    good = {
        "maskcore/__init__.py": "",
        "maskcore/types.py": "import numpy",
        "training/__init__.py": "",
        "training/models/__init__.py": "",
        "training/models/blocks.py": "from keras import layers",
    }
    for name, text in (good | {file: code}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("module", ["maskcore", "api.app", "training.cli", "training.data"])
def test_importing_it_takes_no_tensorflow(module: str) -> None:
    code = f"import sys, {module}; print(sorted({architecture.HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_file_of_the_repository_is_large() -> None:
    assert too_large(sizes_of_tracked_files()) == {}


def test_models_stay_small_together() -> None:
    sizes = sizes_of_tracked_files()
    models = {path: size for path, size in sizes.items() if path.startswith(("maskcore/weights/", "checkpoints/"))}
    assert sum(models.values()) <= MODELS_TOGETHER_BYTES, models


def test_only_a_checkpoint_may_be_large() -> None:
    sizes = {"checkpoints/detector.keras": 7_000_000, "checkpoints/x.keras": 9_000_000, "docs/x.png": 3_000_001}
    assert too_large(sizes) == {"checkpoints/x.keras": 9_000_000, "docs/x.png": 3_000_001}


def test_no_training_photograph_is_in_the_repository() -> None:
    assert [path for path in tracked_files() if PHOTOGRAPHS.fullmatch(Path(path).name)] == []


@pytest.mark.parametrize(
    ("name", "is_photograph"),
    [
        ("maksssksksss0.png", True),
        ("test_00000123.jpg", True),
        ("with_mask12.jpg", True),
        ("without_mask_7.jpg", True),
        ("13_Interview_Interview_2_People_Visible_13_101.jpg", True),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9.jpg", True),
        ("grace_hopper_masked.jpg", False),
        ("test_upload.png", False),
        ("upload.png", False),
    ],
)
def test_names_of_training_photographs_are_known(name: str, is_photograph: bool) -> None:
    assert bool(PHOTOGRAPHS.fullmatch(name)) is is_photograph


def too_large(sizes: dict[str, int]) -> dict[str, int]:
    """Files above what their kind may weigh, bytes by path."""
    limits = {path: LARGEST_CHECKPOINT_BYTES for path in sizes if re.fullmatch(r"checkpoints/\w+\.keras", path)}
    return {path: size for path, size in sizes.items() if size > limits.get(path, LARGEST_FILE_BYTES)}


def sizes_of_tracked_files() -> dict[str, int]:
    return {path: (ROOT / path).stat().st_size for path in tracked_files()}


def tracked_files() -> list[str]:
    """The files that git holds, as far as they are in the working tree."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout, so there is no list of what belongs to it")
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()]
