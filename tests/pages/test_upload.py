"""Upload: several pictures, each with its own result or its own error."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from maskcore.imaging import encode_png
from maskcore.modes import Mode
from tests.factories import FakeDetector, make_picture
from tests.pages.conftest import RunPage, words

JPEG = "image/jpeg"


@pytest.fixture
def page(run_page: RunPage) -> AppTest:
    return run_page("upload.py")


def labels(page: AppTest) -> list[str]:
    """What the page's download buttons say."""
    return [button.label for button in page.get("download_button")]


def test_with_nothing_sent_there_are_samples_to_try(page: AppTest) -> None:
    next(button for button in page.button if "samples" in button.label).click().run()

    assert page.subheader[0].value == "4 pictures"
    assert len(page.dataframe) == 4


def test_one_damaged_file_has_its_own_error_and_the_others_still_work(page: AppTest, photo: bytes) -> None:
    files = [("a.jpg", photo, JPEG), ("broken.jpg", photo[:200], JPEG), ("c.jpg", photo, JPEG)]

    page.file_uploader[0].set_value(files).run()

    assert page.subheader[0].value == "3 pictures, 1 not read"
    assert [error.value.split("**")[1] for error in page.error] == ["broken.jpg"]
    assert len(page.dataframe) == 2


@pytest.mark.parametrize("size", [(4000, 3), (3, 4000)], ids=str)
def test_a_picture_as_thin_as_a_line_is_shown(page: AppTest, size: tuple[int, int]) -> None:
    page.file_uploader[0].set_value([("line.png", encode_png(make_picture(size)), "image/png")]).run()

    assert not page.exception and page.subheader[0].value == "1 picture"


def test_files_of_one_name_are_told_apart(page: AppTest, photo: bytes) -> None:
    page.file_uploader[0].set_value([("a.jpg", photo, JPEG), ("a.jpg", photo, JPEG)]).run()

    assert "a.jpg" in words(page)
    assert "a (2).jpg" in words(page)


def test_a_name_is_shown_as_it_is_and_never_as_html(page: AppTest, photo: bytes) -> None:
    page.file_uploader[0].set_value([("<img src=x>.jpg", photo, JPEG)]).run()

    assert "&lt;img src=x&gt;.jpg" in words(page)


@pytest.mark.parametrize(
    ("names", "downloads"),
    [
        pytest.param(["a.jpg"], ["Marked picture", "CSV", "JSON"], id="one picture"),
        pytest.param(
            ["a.jpg", "b.jpg"],
            ["CSV", "JSON", "ZIP with pictures", *["Marked picture", "CSV", "JSON"] * 2],
            id="several, together and each",
        ),
    ],
)
def test_results_can_be_taken_away(page: AppTest, photo: bytes, names: list[str], downloads: list[str]) -> None:
    page.file_uploader[0].set_value([(name, photo, JPEG) for name in names]).run()

    assert labels(page) == downloads


def test_options_reach_the_detector(page: AppTest, detector: FakeDetector, photo: bytes) -> None:
    page.file_uploader[0].set_value([("a.jpg", photo, JPEG)]).run()
    assert (detector.calls[-1]["min_score"], detector.calls[-1]["input_size"]) == (0.5, None)

    page.slider("min_score").set_value(30)
    page.selectbox("input_size").set_value("Crowd: every small face").run()

    assert (detector.calls[-1]["min_score"], detector.calls[-1]["input_size"]) == (0.3, Mode.CROWD)


def test_the_same_picture_is_worked_on_once(page: AppTest, detector: FakeDetector, photo: bytes) -> None:
    page.file_uploader[0].set_value([("a.jpg", photo, JPEG), ("b.jpg", photo, JPEG)]).run()
    page.run()

    assert len(detector.calls) == 1


def test_a_picture_without_a_face_comes_with_advice(page: AppTest, detector: FakeDetector, photo: bytes) -> None:
    detector.faces = ()

    page.file_uploader[0].set_value([("a.jpg", photo, JPEG)]).run()

    assert "No face found" in words(page)
    assert "see Options" in words(page)
