"""From a wrongly labelled face to a data set: nothing is stored without consent, and every step has an undo."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from maskcore.settings import get_settings
from maskcore.types import Label, Uncertain
from pages.ui import data_get
from tests.factories import FakeDetector, make_face
from tests.pages.conftest import PAGE_TIMEOUT_S, ROOT, RunPage, words
from tests.pages.test_data import button
from training.data import download, read
from training.data.notes import Notes, load_notes
from training.errors import DownloadError

JPEG = "image/jpeg"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def stored(kept: Path) -> list[str]:
    return sorted(path.name for path in (kept / "review").glob("*.jpg"))


def upload(run_page: RunPage, photo: bytes) -> AppTest:
    page = run_page("upload.py")
    page.file_uploader[0].set_value([("a.jpg", photo, JPEG)]).run()
    assert not page.exception
    return page


def give(run_page: RunPage, photo: bytes, *, answer: str = "No mask") -> AppTest:
    page = upload(run_page, photo)
    page.toggle("wrong_0").set_value(True).run()
    page.checkbox("wrong_agree_0").check().run()
    page.selectbox("wrong_label_0_0").set_value(answer)
    button(page, "This is wrong").click().run()
    assert not page.exception
    return page


def review() -> AppTest:
    page = AppTest.from_file(str(ROOT / "pages" / "data.py"), default_timeout=PAGE_TIMEOUT_S)
    page.session_state["data_way"] = "From use"
    page.run()
    assert not page.exception
    return page


def test_nothing_is_stored_before_the_consent(run_page: RunPage, photo: bytes, kept: Path) -> None:
    page = upload(run_page, photo)
    page.toggle("wrong_0").set_value(True).run()

    assert button(page, "This is wrong").disabled
    said = words(page)
    assert "review queue on this server" in said and "Whoever can open the Data page" in said and "90 days" in said
    assert not (kept / "review").exists()


def test_a_face_given_is_stored_and_undo_deletes_it(run_page: RunPage, photo: bytes, kept: Path) -> None:
    page = give(run_page, photo)
    (name,) = stored(kept)
    assert f"<code>{name.removesuffix('.jpg')}</code>" in words(page) and "Stored as no mask" in words(page)

    button(page, "Undo").click().run()

    assert list((kept / "review").glob("*.j*")) == []
    assert button(page, "This is wrong")


def test_what_was_given_stays_with_its_face_when_another_takes_its_place(
    run_page: RunPage, photo: bytes, kept: Path, detector: FakeDetector
) -> None:
    face = make_face()
    detector.faces = (face,)
    page = give(run_page, photo)

    detector.faces = (make_face(box=(10.0, 10.0, 290.0, 190.0)), face)
    page.slider("min_score").set_value(30).run()

    assert {each.key for each in page.button if each.key and each.key.startswith("wrong_")} == {
        "wrong_give_0_0", "wrong_undo_0_1"
    }  # fmt: skip


def test_the_right_label_is_another_than_the_one_that_was_said(run_page: RunPage, photo: bytes) -> None:
    page = upload(run_page, photo)
    page.toggle("wrong_0").set_value(True).run()
    assert page.selectbox("wrong_label_0_0").options == ["No mask", "Worn wrong", "No face"]


def test_an_operator_who_takes_no_pictures_asks_for_none(
    run_page: RunPage, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_MAX_REVIEW_MB", "0")
    page = upload(run_page, photo)
    assert [each.label for each in page.toggle] == []


def test_a_full_queue_stores_nothing_and_says_so(
    run_page: RunPage, photo: bytes, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_MAX_REVIEW_MB", "0.0001")
    page = give(run_page, photo)
    assert "Nothing was stored" in page.error[0].value and stored(kept) == []


def test_uncertain_faces_are_not_stored_unless_the_operator_wants_them(
    run_page: RunPage, photo: bytes, kept: Path, detector: FakeDetector
) -> None:
    detector.faces = (make_face(uncertain=Uncertain.DARK),)
    page = upload(run_page, photo)
    assert not (kept / "review").exists() and "switched that on" not in words(page)


def test_uncertain_faces_are_stored_once_and_the_page_says_so(
    run_page: RunPage, photo: bytes, kept: Path, detector: FakeDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_COLLECT_UNCERTAIN", "1")
    detector.faces = (make_face(uncertain=Uncertain.DARK), make_face(box=(200.0, 100.0, 240.0, 150.0)))
    page = upload(run_page, photo)
    page.run()

    (name,) = stored(kept)
    assert "switched that on" in words(page) and name.removesuffix(".jpg") in words(page)


def test_a_visitor_can_refuse_what_the_operator_switched_on(
    run_page: RunPage, photo: bytes, kept: Path, detector: FakeDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_COLLECT_UNCERTAIN", "1")
    detector.faces = (make_face(uncertain=Uncertain.DARK),)
    page = run_page("upload.py")
    page.toggle("upload_collect").set_value(False).run()
    page.file_uploader[0].set_value([("a.jpg", photo, JPEG)]).run()
    assert not (kept / "review").exists()


def live_script() -> None:
    """What the Live page does about it, without a camera, which needs a browser."""
    import streamlit as st

    from pages.ui.live_collecting import choose_collecting, say_collecting

    st.session_state["looker"] = choose_collecting(st.session_state.get("looker"), own=True)
    say_collecting()


def test_live_says_that_uncertain_faces_are_stored_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    page = AppTest.from_function(live_script, default_timeout=PAGE_TIMEOUT_S).run()
    assert "Nothing is kept unless you switch it on" in words(page) and page.session_state["looker"] is None

    monkeypatch.setenv("MASKCORE_COLLECT_UNCERTAIN", "1")
    get_settings.cache_clear()
    page.run()
    assert "switched that on" in words(page) and "Nothing is kept" not in words(page)
    assert page.session_state["looker"] is not None

    page.toggle("live_collect").set_value(False).run()
    assert page.session_state["looker"] is None


def test_stored_uncertain_faces_can_be_taken_back_and_are_not_stored_again(
    run_page: RunPage, photo: bytes, kept: Path, detector: FakeDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_COLLECT_UNCERTAIN", "1")
    detector.faces = (make_face(uncertain=Uncertain.DARK),)
    page = upload(run_page, photo)
    button(page, "Undo").click().run()
    page.run()
    assert stored(kept) == []


def test_an_accepted_picture_can_wait_again(run_page: RunPage, photo: bytes) -> None:
    give(run_page, photo)
    page = review()
    button(page, "Accept").click().run()
    button(page, "Look again").click().run()
    assert "Waiting: 1, accepted: 0" in words(page)


def test_without_the_library_the_way_to_kaggle_says_how_to_install_it(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_get, "is_installed", lambda: False)
    page = run_page("data.py")
    page.segmented_control("data_way").set_value("From Kaggle").run()
    assert "pip install -r requirements-kaggle.txt" in page.info[0].value


def test_a_set_of_kaggle_is_not_fetched_before_its_terms_are_said_and_a_failure_has_a_way_back(
    run_page: RunPage, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(name: str, folder: Path, *, notes: Notes) -> None:
        raise DownloadError(f"Kaggle cannot be reached for {name}.")

    monkeypatch.setattr(data_get, "is_installed", lambda: True)
    monkeypatch.setattr(download, "fetch", fetch)
    page = run_page("data.py")
    page.segmented_control("data_way").set_value("From Kaggle").run()
    page.selectbox("kaggle_known").set_value("Another one").run()
    page.text_input("kaggle_name").set_value("some one/x").run()
    assert "OWNER/NAME" in page.error[0].value
    page.text_input("kaggle_name").set_value("some/masks").run()
    button(page, "Get it").click().run()
    assert "under which terms" in page.warning[0].value
    page.text_input("kaggle_licence_some/masks").set_value("CC0").run()

    button(page, "Get it").click().run()
    for thread in threading.enumerate():
        if thread.name == "kaggle-download":
            thread.join(10)
    page.run()

    assert "cannot be reached for some/masks" in page.error[0].value.replace("\\", "")
    button(page, "Back").click().run()
    assert not page.error and page.selectbox("kaggle_known")


@pytest.mark.usefixtures("detector")
def test_an_empty_queue_says_what_it_is() -> None:
    page = review()
    assert "Nothing waits for review" in words(page) and not page.error


def test_what_was_accepted_becomes_a_set_that_opens(run_page: RunPage, photo: bytes, kept: Path) -> None:
    give(run_page, photo)
    page = review()
    assert "Waiting: 1, accepted: 0" in words(page)
    button(page, "Accept").click().run()
    assert "Waiting: 0, accepted: 1" in words(page)

    page.text_input("review_name").set_value("from use")
    button(page, "Merge into a set").click().run()

    assert not page.exception and not page.error
    assert "recognised as Pascal VOC" in words(page)
    folder = kept / "sets/from_use"
    assert read(folder).table["label"].tolist() == ["no_mask"]
    assert load_notes(folder).licence and load_notes(folder).origin
    assert stored(kept) == []


def test_a_set_goes_beside_the_operators_so_that_training_finds_it(
    run_page: RunPage, photo: bytes, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root").mkdir()
    monkeypatch.setenv("MASKCORE_DATA_ROOT", str(tmp_path / "root"))
    give(run_page, photo)
    page = review()
    button(page, "Accept").click().run()
    button(page, "Merge into a set").click().run()
    assert [path.name[:12] for path in (tmp_path / "root").iterdir()] == ["corrections-"] and not page.exception


def test_a_label_can_be_changed_and_a_picture_thrown_away_and_both_taken_back(
    run_page: RunPage, photo: bytes, kept: Path
) -> None:
    give(run_page, photo)
    page = review()
    page.selectbox[0].set_value("No face").run()
    assert page.selectbox[0].value == "No face"
    button(page, "Throw away").click().run()
    assert "Nothing waits" in words(page)

    button(page, "Undo the last of 2 decisions").click().run()
    assert page.selectbox[0].value == "No face"
    button(page, "Undo the last decision").click().run()
    assert page.selectbox[0].value == "No mask"
    assert len(stored(kept)) == 1


@pytest.mark.parametrize("wanted", ["", "no"])
def test_terms_are_asked_for(run_page: RunPage, photo: bytes, kept: Path, wanted: str) -> None:
    give(run_page, photo)
    page = review()
    button(page, "Accept").click().run()
    page.text_input("review_licence").set_value(wanted)
    button(page, "Merge into a set").click().run()
    assert (kept / "sets").exists() == bool(wanted)


def test_every_label_can_be_answered() -> None:
    from pages.ui.upload_wrong import ANSWERS

    assert list(ANSWERS.values()) == [*Label, None]
