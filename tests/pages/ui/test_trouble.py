"""Every error of the core has advice on the pages."""

from __future__ import annotations

import inspect

import pytest
from streamlit.testing.v1 import AppTest

from maskcore import errors
from maskcore.errors import ImageDecodeError, MaskcoreError
from pages.ui.trouble import ADVICE_BY_ERROR, advice_for
from tests.pages.conftest import PAGE_TIMEOUT_S
from training import errors as training_errors

ALL = [each for module in (errors, training_errors) for _, each in inspect.getmembers(module, inspect.isclass)]
CLASSES = [each for each in ALL if issubclass(each, MaskcoreError) and each.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_of_the_core_has_advice_of_its_own(kind: type[MaskcoreError]) -> None:
    assert kind in ADVICE_BY_ERROR


def test_no_advice_for_an_error_that_does_not_exist() -> None:
    assert set(CLASSES) <= set(ADVICE_BY_ERROR) <= set(ALL)


def test_an_error_from_elsewhere_takes_the_advice_of_the_nearest_class_above_it() -> None:
    class OddFileError(ImageDecodeError):
        pass

    assert advice_for(OddFileError("odd")) == ADVICE_BY_ERROR[ImageDecodeError]


def test_a_file_name_cannot_change_the_page() -> None:
    def script() -> None:
        from maskcore.errors import ImageDecodeError
        from pages.ui.trouble import show_error

        show_error(ImageDecodeError("![x](http://x.example/x.png)"), name="**bold**.jpg")

    shown = AppTest.from_function(script, default_timeout=PAGE_TIMEOUT_S).run().error[0].value

    assert r"\*\*bold\*\*.jpg" in shown
    assert r"\!" not in shown
    assert r"\[x\](http" in shown, "no picture and no link"
