"""Pictures on a page: large ones as a preview, whole ones to take away."""

from __future__ import annotations

import pytest
from streamlit.elements.lib.image_utils import MAXIMUM_CONTENT_WIDTH
from streamlit.testing.v1 import AppTest

from maskcore import decode_image
from maskcore.errors import ImageDecodeError
from maskcore.imaging import encode_jpeg, encode_png
from pages.ui.options import Options
from pages.ui.pictures import PREVIEW_SIDE, Seen, annotated_png
from tests.factories import FakeDetector, make_picture
from tests.pages.conftest import PAGE_TIMEOUT_S

LARGE = encode_jpeg(make_picture((2000, 1000)))


def size_of(data: bytes) -> tuple[int, int]:
    height, width = decode_image(data, max_mb=50, max_megapixels=25).shape[:2]
    return width, height


def look(data: bytes, options: Options | None = None) -> Seen:
    """look_at within a visit: what it remembers belongs to one."""

    def script() -> None:
        import streamlit as st

        from pages.ui.pictures import look_at

        st.session_state["seen"] = look_at(st.session_state["data"], st.session_state["options"])

    visit = AppTest.from_function(script, default_timeout=PAGE_TIMEOUT_S)
    visit.session_state["data"], visit.session_state["options"] = data, options
    return visit.run().session_state["seen"]


def test_a_large_picture_is_previewed_small_and_taken_away_whole(detector: FakeDetector) -> None:
    seen = look(LARGE)

    assert seen.result is not None
    assert seen.result.size == (2000, 1000)
    assert size_of(seen.original_jpeg) == size_of(seen.annotated_jpeg) == (PREVIEW_SIDE, PREVIEW_SIDE // 2)
    assert size_of(annotated_png(LARGE, seen.result)) == (2000, 1000)


@pytest.mark.parametrize("size", [(4000, 1), (1, 4000)], ids=str)
def test_a_picture_as_thin_as_a_line_is_shown_like_others(detector: FakeDetector, size: tuple[int, int]) -> None:
    seen = look(encode_png(make_picture(size)))

    assert max(size_of(seen.original_jpeg)) == PREVIEW_SIDE and min(size_of(seen.annotated_jpeg)) == 1


def test_streamlit_sends_a_preview_as_it_is() -> None:
    assert PREVIEW_SIDE <= MAXIMUM_CONTENT_WIDTH


def test_other_options_are_another_look(detector: FakeDetector, photo: bytes) -> None:
    look(photo, Options(min_score=0.5))
    look(photo, Options(min_score=0.6))

    assert [call["min_score"] for call in detector.calls] == [0.5, 0.6]


def test_a_damaged_picture_is_a_result_of_its_own(detector: FakeDetector, photo: bytes) -> None:
    seen = look(photo[:100])

    assert seen.result is None
    assert isinstance(seen.error, ImageDecodeError)
