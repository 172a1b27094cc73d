"""Pages run by Streamlit's AppTest, each by itself, with a detector that needs no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import training  # noqa: F401  AppTest puts pages/ first on the path, where training.py would hide the package
from maskcore import ModelInfo
from maskcore.imaging import encode_jpeg
from maskcore.models import ModelCard
from pages.ui import detector as resources
from tests.factories import FakeDetector, make_face, make_picture

ROOT = Path(__file__).parents[2]
PAGE_TIMEOUT_S = 30

RunPage = Callable[[str], AppTest]


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDetector]:
    """The one detector of the pages: says that every picture holds one masked face."""
    fake = FakeDetector([make_face()])
    card = ModelCard(ModelInfo("fake", "0.0"), {}, "# All about the fake model")
    monkeypatch.setattr(resources, "Serving", lambda: SimpleNamespace(detector=lambda: fake))
    monkeypatch.setattr(resources, "load_model_card", lambda model_dir: card)
    _forget()
    yield fake
    _forget()


@pytest.fixture
def run_page(detector: FakeDetector) -> RunPage:
    """Run a page of the folder pages/ as a visitor's first request does: run_page("home.py")."""
    return lambda name: AppTest.from_file(str(ROOT / "pages" / name), default_timeout=PAGE_TIMEOUT_S).run()


@pytest.fixture
def photo() -> bytes:
    """A picture of 320×240 pixels as a JPEG file."""
    return encode_jpeg(make_picture())


def words(page: AppTest) -> str:
    """Everything that the page's own HTML says."""
    return "\n".join(element.value for element in page.get("html"))


def _forget() -> None:
    st.cache_resource.clear()
    st.cache_data.clear()
