"""Home: something to do at once, and which model answers."""

from __future__ import annotations

from maskcore.errors import ModelMissingError
from maskcore.samples import SAMPLES
from tests.factories import FakeDetector
from tests.pages.conftest import RunPage, words


def test_the_first_look_shows_a_sample_with_its_face_found(run_page: RunPage) -> None:
    page = run_page("home.py")

    assert "1 face: mask 90%" in words(page)
    assert len(page.image) == len(SAMPLES) + 1, "the samples and the result"


def test_a_click_on_a_sample_shows_that_sample(run_page: RunPage, detector: FakeDetector) -> None:
    page = run_page("home.py")
    first = detector.calls[-1]["size"]

    page.button("sample_grace_hopper").click().run()

    assert detector.calls[-1]["size"] == (512, 600) != first
    assert not page.exception


def test_a_dropped_picture_is_looked_at_in_place(run_page: RunPage, detector: FakeDetector, photo: bytes) -> None:
    page = run_page("home.py")

    page.file_uploader[0].set_value(("me.jpg", photo, "image/jpeg")).run()

    assert detector.calls[-1]["size"] == (320, 240)


def test_a_sample_clicked_after_a_drop_takes_its_place(run_page: RunPage, photo: bytes) -> None:
    page = run_page("home.py")
    page.file_uploader[0].set_value(("me.jpg", photo, "image/jpeg")).run()
    assert page.file_uploader[0].value is not None

    page.button("sample_astronaut").click().run()

    assert page.file_uploader[0].value is None


def test_a_damaged_picture_is_told_and_the_page_stands(run_page: RunPage) -> None:
    page = run_page("home.py")

    page.file_uploader[0].set_value(("me.jpg", b"no picture at all", "image/jpeg")).run()

    assert "me.jpg" in page.error[0].value
    assert page.title[0].value == "Who wears a mask?"
    assert not page.exception


def test_model_and_version_are_named_and_the_card_is_a_click_away(run_page: RunPage) -> None:
    page = run_page("home.py")
    assert "fake" in words(page)
    assert "version 0.0" in words(page)

    next(button for button in page.button if "model card" in button.label).click().run()

    assert any("All about the fake model" in text.value for text in page.markdown)


def test_without_a_model_the_page_says_what_to_do(run_page: RunPage, detector: FakeDetector) -> None:
    detector.fail_with = ModelMissingError("detector.tflite is missing.")

    page = run_page("home.py")

    assert "detector.tflite is missing." in page.error[0].value
    assert "restart the app" in page.error[0].value
    assert not page.exception
