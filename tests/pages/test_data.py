"""Data: a set is opened, understood, mended and taken away; nothing outside the named folder is ever opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from maskcore.types import Label
from pages.ui import data_overview
from pages.ui.data_sets import FIGURES, SUSPECTS, cache_file
from tests.factories import FakeDetector, make_face
from tests.pages.conftest import PAGE_TIMEOUT_S, ROOT, RunPage, words
from tests.training.data.drawn import write_coco, write_folders, write_voc
from tests.training.data.test_medical_mask import write_csv
from tests.training.data.test_yolo import LEFT as YOLO_LEFT
from tests.training.data.test_yolo import write_yolo
from training.data.cache import cache_folder
from training.data.notes import Edit, Notes, add_edits, change_notes, load_notes

LEFT, RIGHT = (10.0, 20.0, 40.0, 60.0), (80.0, 20.0, 120.0, 80.0)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's folder of sets; one of them is drawn."""
    root = tmp_path / "sets"
    masked = {f"p{number:02}": [("with_mask", LEFT), ("helmet", RIGHT)] for number in range(12)}
    write_voc(root / "drawn", masked | {"q": [("without_mask", LEFT)], "r": []})
    monkeypatch.setenv("MASKCORE_DATA_ROOT", str(root))
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "kept"))
    return root


def open_set(key: str = "server/drawn", *, part: str = "Overview") -> AppTest:
    page = AppTest.from_file(str(ROOT / "pages" / "data.py"), default_timeout=PAGE_TIMEOUT_S)
    page.query_params["set"] = key
    page.session_state["data_part"] = part
    return page.run()


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def memory_of(page: AppTest) -> dict[str, Any]:
    """What the visit remembers of its set once the page has run."""
    return page.run().session_state["data_memory"][1]


def zip_of(folder: Path) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
        archive.writestr("../evil.txt", "x")
    return file.getvalue()


def test_a_set_of_the_server_opens_with_what_was_recognised(run_page: RunPage) -> None:
    page = run_page("data.py")
    assert not page.exception

    button(page, "Open").click().run()

    said = words(page)
    assert "recognised as Pascal VOC" in said
    assert "Nobody has said where the pictures come from" in said
    assert "1 boxes" not in said and "12 boxes are called &#x27;helmet&#x27;" in said
    assert not page.exception and not page.error


@pytest.mark.usefixtures("detector")
@pytest.mark.parametrize("key", ["server/../secret", "server/secret", "sent/../../secret", "/etc", "server/", "server"])
def test_nothing_beside_the_folder_is_opened(root: Path, key: str) -> None:
    secret = write_voc(root.parent / "secret", {"a": [("with_mask", LEFT)]})
    (root / "secret").symlink_to(secret)

    page = open_set(key)

    assert "not on this server" in page.info[0].value
    assert "recognised as" not in words(page)


@pytest.mark.usefixtures("detector")
def test_a_list_that_names_pictures_of_another_set_does_not_show_them(root: Path) -> None:
    write_folders(root / "liar", {"with_mask": [1]})
    (root / "liar/with_mask/1.png").rename(root / "liar/mine.png")
    write_coco(root / "liar/all.json", {"mine.png": [("mask", LEFT)], "../drawn/images/q.png": [("mask", LEFT)]})

    page = open_set("server/liar")

    assert not page.exception
    assert "mine.png" in words(page) and "lies outside of the set" in words(page)
    assert "q.png with its boxes" not in words(page)


@pytest.mark.usefixtures("detector")
def test_a_dropped_archive_is_unpacked_with_its_terms_and_its_traps_are_told(root: Path, tmp_path: Path) -> None:
    page = AppTest.from_file(str(ROOT / "pages" / "data.py"), default_timeout=PAGE_TIMEOUT_S).run()
    page.file_uploader("data_archive").set_value(("faces of us.zip", zip_of(root / "drawn"), "application/zip")).run()
    button(page, "Unpack and open").click().run()
    assert "under which terms" in page.warning[0].value and not (tmp_path / "kept/sets").exists()
    page.text_input("data_origin").set_value("drawn").run()
    page.text_input("data_licence").set_value("CC0").run()

    button(page, "Unpack and open").click().run()

    assert not page.exception and not page.error
    assert "faces_of_us" in words(page) and "leads out of the folder" in words(page)
    kept = load_notes(tmp_path / "kept/sets/faces_of_us")
    assert (kept.origin, kept.licence) == ("drawn", "CC0")
    assert not list(tmp_path.rglob("evil.txt"))


@pytest.mark.usefixtures("detector")
def test_a_set_of_the_name_of_a_deleted_one_is_read_anew(tmp_path: Path) -> None:
    sent = write_voc(tmp_path / "kept/sets/mine", {"a": [("with_mask", LEFT)]})
    page = open_set("sent/mine", part="Take away")
    button(page, "Delete").click().run()
    write_voc(sent, {"new": [("with_mask", LEFT)], "newer": []})

    page.query_params["set"] = "sent/mine"
    page.run()

    assert "<strong>2</strong>" in words(page)


@pytest.mark.usefixtures("detector")
def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    page = AppTest.from_file(str(ROOT / "pages" / "data.py"), default_timeout=PAGE_TIMEOUT_S).run()
    page.file_uploader("data_archive").set_value(("a.zip", b"no archive", "application/zip")).run()
    page.text_input("data_origin").set_value("x").run()
    page.text_input("data_licence").set_value("x").run()

    button(page, "Unpack and open").click().run()

    assert "Expected a ZIP file" in page.error[0].value
    assert list((tmp_path / "kept/sets").iterdir()) == []


@pytest.mark.usefixtures("detector")
def test_a_folder_that_is_no_set_is_told_with_a_way_back(root: Path) -> None:
    (root / "notes").mkdir()

    page = open_set("server/notes")

    assert "the folder is empty" in page.error[0].value
    button(page, "Another set").click().run()
    assert button(page, "Open") and not page.error


@pytest.mark.usefixtures("detector")
def test_a_set_of_which_nothing_can_be_used_says_why(root: Path) -> None:
    (root / "labels").mkdir()
    write_csv(root / "labels", [("face_with_mask", LEFT)])

    page = open_set("server/labels")

    assert not page.exception
    assert "Nothing in this set can be used" in page.warning[0].value
    assert "labels for 1 pictures, but no pictures" in words(page)


@pytest.mark.usefixtures("detector")
@pytest.mark.parametrize("part", ["Overview", "Statistics", "Pictures", "What is wrong", "Relabel", "Take away"])
def test_a_set_without_a_face_has_every_part(root: Path, part: str) -> None:
    write_voc(root / "empty", {"a": [], "b": []})

    page = open_set("server/empty", part=part)

    assert not page.exception and not page.error


@pytest.mark.usefixtures("detector")
def test_statistics_are_charts_with_words_on_what_is_uneven() -> None:
    page = open_set(part="Statistics")

    assert not page.exception
    assert len(page.get("vega_lite_chart")) == 8
    assert "no face with a mask worn wrong" in words(page)
    assert "faces 13, pictures 14" in words(page)

    page.multiselect("data_worn").set_value([Label.NO_MASK]).run()

    assert "faces 1, pictures 1" in words(page)
    assert list(page.dataframe[0].value["Faces"]) == [1]


@pytest.mark.usefixtures("detector")
def test_the_gallery_shows_a_page_of_pictures_in_the_order_asked_for() -> None:
    page = open_set(part="Pictures")
    assert words(page).count("<img") == 12

    page.number_input("data_page_gallery").set_value(2).run()
    assert words(page).count("<img") == 2

    page.segmented_control("data_order").set_value("Without faces").run()
    assert words(page).count("<img") == 1 and "r.png, no face" in words(page)


@pytest.mark.usefixtures("detector")
def test_look_alikes_are_shown_side_by_side_and_one_can_be_left_out(root: Path) -> None:
    (root / "drawn/images/q.png").write_bytes((root / "drawn/images/p00.png").read_bytes())
    page = open_set(part="What is wrong")
    page.segmented_control("data_kind").set_value("Look-alikes").run()
    assert "Pairs that look alike: 1." in words(page)

    [each for each in page.button if each.label == "Leave this one out"][1].click().run()

    assert load_notes(root / "drawn").edits == (Edit("images/q.png"),)
    assert "No two pictures look alike" in words(page)
    button(page, "Undo the last correction").click().run()
    assert load_notes(root / "drawn").edits == ()


@pytest.mark.usefixtures("detector")
def test_a_new_meaning_brings_its_pictures_to_look_alikes_and_relabelling(root: Path) -> None:
    hats = write_voc(root / "hats", {"a": [("helmet", LEFT)], "b": [("helmet", LEFT)], "c": [("with_mask", LEFT)]})
    (hats / "images/b.png").write_bytes((hats / "images/a.png").read_bytes())
    page = open_set("server/hats", part="Relabel")
    page.session_state["data_part"] = "What is wrong"
    page.session_state["data_kind"] = "Look-alikes"
    assert "No two pictures look alike" in words(page.run())

    change_notes(hats, lambda notes: replace(notes, labels={"helmet": Label.MASK}))

    assert "Pairs that look alike: 1." in words(page.run())
    page.session_state["data_part"] = "Relabel"
    assert len(memory_of(page)["relabel"].faces) == 3


@pytest.mark.usefixtures("detector")
def test_copies_in_two_parts_are_called_a_leak(root: Path) -> None:
    folder = write_yolo(root / "parts", {"train/a": YOLO_LEFT, "test/b": YOLO_LEFT}, yaml="names: [with_mask]")
    (folder / "images/test/b.png").write_bytes((folder / "images/train/a.png").read_bytes())
    page = open_set("server/parts", part="What is wrong")

    page.segmented_control("data_kind").set_value("Look-alikes").run()

    assert "in two parts of the set" in words(page)


@pytest.mark.usefixtures("detector")
def test_poor_faces_are_shown_by_their_reason(root: Path) -> None:
    write_voc(root / "tiny", {"a": [("with_mask", (10, 20, 15, 26))]})
    page = open_set("server/tiny", part="What is wrong")

    page.segmented_control("data_kind").set_value("Poor faces").run()

    assert "1 of 1 faces" in words(page) and "a.png, 5 px" in words(page)


def test_faces_of_the_detector_that_nobody_boxed_can_be_added(root: Path, detector: FakeDetector) -> None:
    detector.faces = (make_face(box=LEFT),)
    page = open_set(part="What is wrong")
    page.segmented_control("data_kind").set_value("Faces and detector").run()
    assert detector.calls == [], "only when it is asked for"

    button(page, "Compare with the detector").click().run()

    assert len(detector.calls) == 14 and not page.exception
    unboxed = [each for each in page.button if each.label == "Add this face"]
    assert len(unboxed) == 1, "all others are boxed"
    unboxed[0].click().run()
    assert load_notes(root / "drawn").edits == (Edit("images/r.png", LEFT, Label.MASK),)
    assert len(detector.calls) == 14, "nothing is looked at twice"


@pytest.mark.usefixtures("detector")
def test_a_set_of_crops_is_not_searched_for_faces(root: Path) -> None:
    write_folders(root / "crops", {"with_mask": [1], "without_mask": [2]})
    page = open_set("server/crops", part="What is wrong")

    page.segmented_control("data_kind").set_value("Faces and detector").run()

    assert "crops of one face" in words(page)


@pytest.mark.usefixtures("detector")
def test_a_mended_picture_stays_where_it_was(root: Path) -> None:
    def names(page: AppTest) -> list[str]:
        return re.findall(r"p\d\d\.png(?= with its boxes)", words(page))

    before = names(open_set())
    add_edits(root / "drawn", Edit("images/p01.png", LEFT, Label.INCORRECT))

    assert names(open_set()) == before and "p01.png" in before


@pytest.mark.usefixtures("detector")
def test_a_set_whose_names_nobody_knows_asks_what_they_mean(root: Path) -> None:
    write_voc(root / "strange", {"a": [("chin", LEFT)], "b": [("helmet", LEFT)]})

    page = open_set("server/strange")

    assert not page.exception and "None of its names is known here" in page.warning[0].value


@pytest.mark.usefixtures("detector")
def test_corrections_are_listed_and_a_sent_set_can_be_deleted(root: Path, tmp_path: Path) -> None:
    sent = write_voc(tmp_path / "kept/sets/mine", {"a": [("with_mask", LEFT)], "b": []})
    add_edits(sent, Edit("images/a.png", LEFT, Label.INCORRECT))
    page = open_set("sent/mine", part="Take away")
    assert list(page.dataframe[0].value["What"]) == ["Worn wrong: the face at 10, 20"]
    kept = cache_file(sent, SUSPECTS)
    kept.touch()

    button(page, "Delete").click().run()

    assert not sent.exists() and button(page, "Open")
    assert not kept.exists() and not cache_file(sent, FIGURES).exists()
    assert not list(cache_folder().glob("table-*"))


@pytest.mark.usefixtures("detector")
@pytest.mark.parametrize("names", [None, ["helmet"]], ids=["in no format", "of unknown names"])
def test_a_sent_set_of_no_use_can_be_deleted_too(tmp_path: Path, names: list[str] | None) -> None:
    """Its photographs show people all the same."""
    sent = write_voc(tmp_path / "kept/sets/mine", {"a": [(name, LEFT) for name in names or []]})
    if names is None:
        (sent / "annotations/a.xml").unlink()

    button(open_set("sent/mine"), "Delete").click().run()

    assert not sent.exists()


@pytest.mark.usefixtures("detector")
def test_a_set_of_the_operator_cannot_be_deleted_here() -> None:
    assert "Delete" not in [each.label for each in open_set(part="Take away").button]


@pytest.mark.usefixtures("detector")
def test_terms_are_kept_with_the_set(root: Path) -> None:
    page = open_set()
    page.text_input[0].set_value("our classroom")
    page.text_input[1].set_value("CC BY 4.0")

    button(page, "Keep").click().run()

    notes = load_notes(root / "drawn")
    assert (notes.origin, notes.licence) == ("our classroom", "CC BY 4.0")
    assert "Nobody has said" not in words(page)


@pytest.mark.usefixtures("detector")
def test_terms_leave_a_correction_that_another_visitor_makes_meanwhile(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = Edit("images/q.png")

    def after_another(folder: Path, change: Callable[[Notes], Notes]) -> None:
        add_edits(folder, meanwhile)
        change_notes(folder, change)

    monkeypatch.setattr(data_overview, "change_notes", after_another)
    page = open_set()
    page.text_input[0].set_value("our classroom")

    button(page, "Keep").click().run()

    notes = load_notes(root / "drawn")
    assert notes.origin == "our classroom" and notes.edits == (meanwhile,)
