"""The Data page in a real browser, over a set that was drawn."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed: pip install -r requirements-dev.txt")

from playwright.sync_api import Page, expect

from maskcore.types import Label
from tests.browser.conftest import OpenPage
from tests.browser.servers import start_app
from tests.browser.waiting import expect_fits, settle
from tests.training.data.drawn import write_voc
from training.data.notes import Edit, load_notes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = (20.0, 20.0, 60.0, 80.0)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of twenty pictures, each with a masked face."""
    root = tmp_path_factory.mktemp("root")
    return write_voc(root / "drawn", {f"p{number:02}": [("with_mask", BOX)] for number in range(20)})


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, whose operator named the set's parent."""
    kept = tmp_path_factory.mktemp("kept")
    environment = {"MASKCORE_DATA_ROOT": str(folder.parent), "MASKCORE_DATA_DIR": str(kept)}
    with start_app(kept / "server.log", environment=environment) as url:
        yield url


def show(page: Page, part: str) -> None:
    page.get_by_role("radio", name=part, exact=True).click()


def test_a_set_is_opened_looked_at_mended_and_taken_away(open_page: OpenPage, server: str, folder: Path) -> None:
    page = open_page(f"{server}/data")
    page.get_by_test_id("stBaseButton-primary").click()
    expect(page.get_by_text("recognised as Pascal VOC")).to_be_visible()
    picture = page.get_by_alt_text("p00.png with its boxes")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 160)  # the browser draws it

    show(page, "Statistics")
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(8)
    expect(page.get_by_text("There is no face without a mask")).to_be_visible()

    show(page, "Pictures")
    page.get_by_role("button", name="Look closer").first.click()
    page.get_by_role("button", name="Leave this picture out").click()
    undo = page.get_by_role("button", name="Undo the last correction")
    expect(undo).to_be_visible()
    expect(page.locator(".mc-tile", has_text="Pictures").locator("strong")).to_have_text("19")
    (edit,) = load_notes(folder).edits
    assert edit == Edit(edit.image)

    show(page, "Take away")
    expect(page.get_by_role("button", name="ZIP file")).to_be_visible()
    settle(page)  # a page that runs on offers its file anew, and the old one is gone
    with page.expect_download() as waiting:
        page.get_by_role("button", name="ZIP file").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        assert sum(name.startswith("images/") for name in archive.namelist()) == 19

    undo.click()
    expect(page.locator(".mc-tile", has_text="Pictures").locator("strong")).to_have_text("20")


# How an element's words stand out from its ground, by WCAG 2.2; grounds that let light through lie over each other.
CONTRAST = """element => {
  const parts = text => text.match(/[\\d.]+/g).map(Number), grounds = [];
  for (let at = element; at; at = at.parentElement) grounds.unshift(parts(getComputedStyle(at).backgroundColor));
  const over = (below, [r, g, b, a = 1]) => [r, g, b].map((value, i) => a * value + (1 - a) * below[i]);
  const light = value => value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const two = [grounds.reduce(over, [255, 255, 255]), parts(getComputedStyle(element).color)].map(luminance);
  return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_can_be_read(open_page: OpenPage, server: str, scheme: str) -> None:
    page = open_page(f"{server}/data?set=server/drawn", color_scheme=scheme)
    chosen = page.get_by_role("radio", name="Overview", exact=True)
    expect(chosen).to_be_checked()

    assert chosen.evaluate(CONTRAST) >= 4.5
    chosen.hover()
    assert chosen.evaluate(CONTRAST) >= 4.5


def test_a_set_leads_to_its_training(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/data?set=server/drawn")
    show(page, "Take away")
    page.get_by_role("button", name="Train a model with it").click()
    expect(page.get_by_text("Train a model", exact=True)).to_be_visible()
    expect(page.get_by_text("20 pictures")).to_be_visible()


def test_the_address_leads_back_to_the_set(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/data?set=server/drawn")
    expect(page.get_by_text("recognised as Pascal VOC")).to_be_visible()


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("Overview", "What its names mean"),
        ("Statistics", "There is no face without a mask"),
        ("Pictures", "Look closer"),
        ("What is wrong", "Look-alikes"),
        ("Relabel", "All changes are kept"),
        ("Take away", "Take it away"),
    ],
)
def test_every_part_fits_a_phone(open_page: OpenPage, server: str, part: str, says: str) -> None:
    page = open_page(f"{server}/data?set=server/drawn", **PHONE)
    show(page, part)
    expect(page.get_by_text(says).first).to_be_visible()
    expect_fits(page)


def grid_is_kept(page: Page) -> None:
    expect(page.get_by_text("All changes are kept")).to_be_visible()


def open_grid(open_page: OpenPage, server: str, **options: Any) -> Page:
    page = open_page(f"{server}/data?set=server/bulk", **options)
    expect(page.get_by_text("recognised as Pascal VOC")).to_be_visible()
    show(page, "Relabel")
    expect(page.get_by_role("option")).to_have_count(60)
    settle(page)  # no rerun takes the focus from a face
    return page


def labels_of(folder: Path) -> list[tuple[str, Label | None]]:
    return [(edit.image, edit.label) for edit in load_notes(folder).edits]


@pytest.fixture
def bulk(folder: Path) -> Iterator[Path]:
    """A set of 70 pictures beside the other, each with a masked face."""
    made = write_voc(folder.parent / "bulk", {f"b{number:02}": [("with_mask", BOX)] for number in range(70)})
    yield made
    shutil.rmtree(made)


def test_faces_are_relabelled_by_keys_and_kept_over_a_reload(open_page: OpenPage, server: str, bulk: Path) -> None:
    page = open_grid(open_page, server)
    page.get_by_role("option").first.focus()

    for key in ("2", "ArrowRight", "3", "ArrowDown", "Space", "Shift+ArrowRight", "Shift+ArrowRight", "4"):
        page.keyboard.press(key)
    expect(page.get_by_role("option", name="Face 1 of 60, No mask")).to_be_visible()
    expect(page.get_by_role("option", name="Face 3 of 60, Worn wrong")).to_be_visible()
    expect(page.get_by_role("option", name=", No face, changed")).to_have_count(3)
    page.keyboard.press("u")
    expect(page.get_by_role("option", name=", No face, changed")).to_have_count(0)
    grid_is_kept(page)
    page.keyboard.press("2")  # a change that a reload overtakes
    page.reload()

    show(page, "Relabel")
    expect(page.get_by_role("option", name="Face 1 of 60, No mask, changed")).to_be_visible()
    grid_is_kept(page)
    kept = labels_of(bulk)
    assert kept[:2] == [("images/b00.png", Label.NO_MASK), ("images/b02.png", Label.INCORRECT)]
    assert [label for _, label in kept[2:]] == [Label.NO_MASK], "what was not handed over came after the reload"


def test_undo_takes_no_older_correction_away_where_a_face_was_told_the_same_again(
    open_page: OpenPage, server: str, bulk: Path
) -> None:
    page = open_grid(open_page, server)
    page.get_by_role("option").first.focus()
    page.keyboard.press("2")
    grid_is_kept(page)
    for key in ("ArrowRight", "3", "ArrowLeft", "ArrowLeft", "ArrowLeft", "2", "u"):
        page.keyboard.press(key)
    expect(page.get_by_role("option", name="Face 3 of 60, Mask")).to_be_visible()
    grid_is_kept(page)
    assert labels_of(bulk) == [("images/b00.png", Label.NO_MASK)]


def test_what_was_done_is_kept_when_the_page_is_turned_or_left_at_once(
    open_page: OpenPage, server: str, bulk: Path
) -> None:
    page = open_grid(open_page, server)
    page.get_by_role("option").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("PageDown")
    expect(page.get_by_role("option")).to_have_count(10)
    page.keyboard.press("3")
    show(page, "Take away")
    expect(page.get_by_text("Undo the last of 2 corrections")).to_be_visible()
    assert labels_of(bulk) == [("images/b00.png", Label.NO_MASK), ("images/b60.png", Label.INCORRECT)]


def test_keys_pressed_while_a_page_is_turned_are_meant_for_that_page(
    open_page: OpenPage, server: str, bulk: Path
) -> None:
    page = open_grid(open_page, server)
    page.get_by_role("option").first.focus()
    for key in ("2", "PageDown", "3", "4", "u", "2", "PageUp", "4"):
        page.keyboard.press(key)
    expect(page.get_by_role("option", name="Face 1 of 60, No face, changed")).to_be_visible()
    grid_is_kept(page)
    assert labels_of(bulk) == [
        ("images/b00.png", Label.NO_MASK),
        ("images/b60.png", Label.INCORRECT),
        ("images/b61.png", Label.NO_MASK),
        ("images/b00.png", None),
    ]


def test_many_fast_keys_are_all_kept_in_their_order(open_page: OpenPage, server: str, bulk: Path) -> None:
    page = open_grid(open_page, server)
    page.get_by_role("option").first.focus()
    for number in range(70):
        if number == 60:
            page.keyboard.press("PageDown")
        page.keyboard.press("23"[number % 2])
    expect(page.get_by_role("option")).to_have_count(10)
    grid_is_kept(page)
    assert labels_of(bulk) == [
        (f"images/b{number:02}.png", (Label.NO_MASK, Label.INCORRECT)[number % 2]) for number in range(70)
    ]


def test_fingers_select_and_label(open_page: OpenPage, server: str, bulk: Path) -> None:
    page = open_grid(open_page, server, **PHONE)
    for number in (1, 3):
        page.get_by_role("option").nth(number).tap()
    page.get_by_role("button", name="Worn wrong").tap()
    grid_is_kept(page)
    expect(page.get_by_role("option", name=", Worn wrong, changed")).to_have_count(2)
    assert labels_of(bulk) == [("images/b01.png", Label.INCORRECT), ("images/b03.png", Label.INCORRECT)]
    height = "button => button.getBoundingClientRect().height"
    assert page.get_by_role("button", name="Worn wrong").evaluate(height) >= 44
