"""A promoted model answers without a restart; whatever is wrong with it, the old one goes on."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from maskcore import MaskDetector, serving
from maskcore.active import POINTER, models_folder, point_back, point_to
from maskcore.errors import ModelError
from maskcore.models import SHIPPED, load_manifest
from maskcore.serving import Serving
from maskcore.settings import Settings
from tests.maskcore.test_active import copy_model

SHIPPED_ID = load_manifest(SHIPPED).id


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of its own, looked at whenever somebody asks."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(serving, "LOOK_EVERY_S", 0.0)


def answering(here: Serving) -> str:
    return here.detector().info.id


def test_promoting_and_rolling_back_change_the_model_that_answers() -> None:
    here = Serving()
    copy_model("mine", "mine-1")
    assert answering(here) == SHIPPED_ID

    point_to("mine")
    assert answering(here) == "mine-1"
    point_back()

    assert answering(here) == SHIPPED_ID


def test_a_model_made_again_under_its_name_is_loaded_when_it_is_promoted_again() -> None:
    card = copy_model("mine", "mine-1") / "model.json"
    point_to("mine")
    here = Serving()
    assert answering(here) == "mine-1"
    point_back()
    card.write_text(card.read_text().replace("mine-1", "mine-2"))

    point_to("mine")

    assert answering(here) == "mine-2"


def test_each_model_sees_one_picture_before_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(MaskDetector, "detect", lambda detector, image_bgr: seen.append(detector.info.id))
    copy_model("mine", "mine-1")
    here = Serving()
    assert [answering(here) for _ in range(3)] == [SHIPPED_ID] * 3

    point_to("mine")

    assert [answering(here) for _ in range(3)] == ["mine-1"] * 3
    assert seen == [SHIPPED_ID, "mine-1"]


def test_who_keeps_a_detector_keeps_its_model() -> None:
    here = Serving()
    kept = here.detector()
    copy_model("mine", "mine-1")
    point_to("mine")

    assert here.detector() is not kept and kept.info.id == SHIPPED_ID
    assert kept.detect(np.zeros((64, 64, 3), np.uint8)).model.id == SHIPPED_ID


def test_the_pointer_is_looked_at_no_more_often_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []
    monkeypatch.setattr(serving, "LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr(serving, "pointer_stamp", lambda: looks.append(None))
    here = Serving()

    for _ in range(100):
        here.detector()

    assert len(looks) == 1


@pytest.mark.parametrize("content", ["", '{"models": ["mi'])
def test_a_half_written_pointer_keeps_the_old_model_and_is_logged_once(
    content: str, caplog: pytest.LogCaptureFixture
) -> None:
    copy_model("mine", "mine-1")
    point_to("mine")
    here = Serving()
    assert answering(here) == "mine-1"

    (models_folder() / POINTER).write_text(content)
    with caplog.at_level(logging.ERROR):
        assert [answering(here) for _ in range(3)] == ["mine-1"] * 3

    (record,) = caplog.records
    assert "mine-1 goes on answering" in record.getMessage() and POINTER in record.getMessage()
    (models_folder() / POINTER).write_text('{"models": ["mine", ""]}')
    assert answering(here) == SHIPPED_ID, "mended, it is followed again"


def test_a_model_with_a_changed_graph_never_takes_over() -> None:
    here = Serving()
    before = answering(here)
    (copy_model("bad", "bad-1") / "classifier.tflite").write_bytes(b"something else")

    point_to("bad")

    assert answering(here) == before


def test_a_model_that_loads_and_does_not_run_never_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Serving()
    assert answering(here) == SHIPPED_ID
    copy_model("bad", "bad-1")
    point_to("bad")

    def fails(detector: MaskDetector, image_bgr: object) -> None:
        raise RuntimeError("Node number 3 failed to invoke.")

    monkeypatch.setattr(MaskDetector, "detect", fails)

    assert answering(here) == SHIPPED_ID


def test_with_a_broken_pointer_from_the_start_the_shipped_model_answers(caplog: pytest.LogCaptureFixture) -> None:
    models_folder().mkdir()
    (models_folder() / POINTER).write_text("{")

    assert answering(Serving()) == SHIPPED_ID
    assert "the one that ships answers" in caplog.text


def test_a_model_that_the_operator_named_is_never_left() -> None:
    named, _ = copy_model("named", "named-1"), copy_model("mine", "mine-1")
    here = Serving(Settings(model_dir=named))
    assert answering(here) == "named-1"

    point_to("mine")

    assert answering(here) == "named-1"


def test_without_a_model_everybody_is_told_why(tmp_path: Path) -> None:
    here = Serving(Settings(model_dir=tmp_path / "none"))

    for _ in range(2):
        with pytest.raises(ModelError, match=r"model\.json"):
            here.detector()


def test_many_threads_load_a_model_once_and_none_waits_for_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    here, loads, loading, go_on = Serving(), [], threading.Event(), threading.Event()

    class Slow(MaskDetector):
        def __init__(self, *args: object, **options: object):
            loads.append(None)
            if len(loads) > 1:
                loading.set()
                assert go_on.wait(30)
            super().__init__(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(serving, "MaskDetector", Slow)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: answering(here), range(32))) == {SHIPPED_ID}
        assert len(loads) == 1
        copy_model("mine", "mine-1")
        point_to("mine")
        first = pool.submit(answering, here)
        assert loading.wait(30)
        assert set(pool.map(lambda _: answering(here), range(32))) == {SHIPPED_ID}, "the others go on meanwhile"
        go_on.set()
        assert first.result(30) == "mine-1"
        assert set(pool.map(lambda _: answering(here), range(32))) == {"mine-1"}
    assert len(loads) == 2
