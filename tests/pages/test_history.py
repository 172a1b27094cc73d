"""History: what was counted, beside the time before; a way to begin, to take it away and to delete it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from maskcore.events.store import EventStore
from maskcore.settings import Settings
from pages.ui import history_keeping
from pages.ui.history_keeping import csv_bytes, parquet_bytes
from tests.maskcore.events.made import make_alert, make_person
from tests.pages.conftest import PAGE_TIMEOUT_S, ROOT, RunPage, words

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EventStore:
    """Where the page looks."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "data"))
    return EventStore(settings=Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def filled(store: EventStore) -> EventStore:
    """Ten people now, eight with a mask, and ten a week ago, half of them; at two cameras; and an alert."""
    for number in range(10):
        place = {"camera": ("door", "gate")[number % 2], "zone": ("", "till")[number % 2]}
        look = {"label": "mask" if number < 8 else "no_mask"}
        store.write([make_person(first_at=NOW, **place, **look)])
        look = {"label": "mask" if number < 5 else "no_mask"}
        store.write([make_person(first_at=NOW - timedelta(days=7, minutes=5), **place, **look)])
    store.write([make_alert(at=NOW, message="A face without a mask for 3 s")])
    return store


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def open_with(*, timezone: str | None = None, **params: str | list[str]) -> AppTest:
    """The page as a link opens it, in a browser of a time zone."""
    page = AppTest.from_file(str(ROOT / "pages" / "history.py"), default_timeout=PAGE_TIMEOUT_S)
    page.context["timezone"] = timezone
    for name, value in params.items():
        page.query_params[name] = value
    return page.run()


def test_without_events_the_page_says_how_to_begin(run_page: RunPage) -> None:
    page = run_page("history.py")

    assert page.subheader[0].value == "Nothing yet"
    assert "Keep a history" in words(page) and "90 days" in words(page)
    assert button(page, "Go to Live")
    assert not page.multiselect and not page.text_input and not page.exception


def test_who_is_the_first_to_come_is_shown_at_once(run_page: RunPage, store: EventStore) -> None:
    page = run_page("history.py")
    store.write([make_person(first_at=NOW, camera="door", zone="", label="mask")])

    assert "Nothing yet" not in [each.value for each in page.run().subheader]


def test_each_share_stands_beside_that_of_the_week_before(run_page: RunPage, filled: EventStore) -> None:
    said = words(run_page("history.py"))

    assert "80%" in said and "▲ +30 points against the week before" in said
    assert "20%" in said and "▼ −30 points against the week before" in said
    assert "= as many as the week before" in said


def test_people_are_shown_over_time_and_by_place(run_page: RunPage, filled: EventStore) -> None:
    page = run_page("history.py")

    assert not page.exception
    assert len(page.get("vega_lite_chart")) == 4
    cameras, areas, alerts = (table.value for table in page.dataframe)
    assert list(cameras["Camera"]) == ["door", "gate"] and list(cameras["People"]) == [5, 5]
    assert set(areas["Area"]) == {"Outside of areas", "till"}
    assert list(alerts["What"]) == ["A face without a mask for 3 s"]


@pytest.mark.usefixtures("detector")
def test_a_link_shows_the_same_choice(filled: EventStore) -> None:
    page = open_with(time="30 days", camera=["gate"], worn=["Mask"])

    assert page.multiselect("camera").value == ["gate"]
    assert page.multiselect("worn").value == ["mask"]
    assert list(page.dataframe[0].value["People"]) == [6], "four of this week and two of the week before"


@pytest.mark.parametrize("kept", [True, False])
def test_pictures_are_shown_only_where_the_operator_lets_them_be_kept(
    run_page: RunPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: bool
) -> None:
    EventStore(settings=Settings(data_dir=tmp_path / "data", keep_pictures=True)).write(
        [make_person(first_at=NOW, picture_jpeg=b"jpeg"), make_person(first_at=NOW - timedelta(minutes=1))]
    )
    monkeypatch.setenv("MASKCORE_KEEP_PICTURES", str(int(kept)))
    page = run_page("history.py")

    tables = [table.value for table in page.dataframe if "Picture" in table.value]
    assert [list(table["Picture"].fillna("")) for table in tables] == [["data:image/jpeg;base64,anBlZw==", ""]] * kept
    assert ("No picture." in words(page)) is not kept


@pytest.mark.parametrize(("many", "said"), [(9, True), (10, False)])
def test_a_file_of_many_people_is_said_to_take_its_time(
    run_page: RunPage, filled: EventStore, monkeypatch: pytest.MonkeyPatch, many: int, said: bool
) -> None:
    monkeypatch.setattr(history_keeping, "MANY_ROWS", many)

    assert ("A file of 10 people takes some seconds" in words(run_page("history.py"))) is said


def test_an_area_leaves_out_the_others(run_page: RunPage, filled: EventStore) -> None:
    page = run_page("history.py")

    page.multiselect("area").set_value(["till"]).run()

    assert list(page.dataframe[1].value["Area"]) == ["till"]


@pytest.mark.usefixtures("detector")
def test_a_choice_that_nobody_fits_says_so_and_keeps_the_choices(filled: EventStore) -> None:
    page = open_with(worn=["Worn wrong"])

    assert "Nobody was counted" in page.info[0].value
    assert page.multiselect("worn").value == ["incorrect"]


def test_a_database_that_does_not_answer_is_told_with_a_way_on(
    run_page: RunPage, filled: EventStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    (tmp_path / "data").rename(hidden)
    (tmp_path / "data").write_text("no folder")

    page = run_page("history.py")

    assert len(page.error) == 1 and "cannot be used" in page.error[0].value
    (tmp_path / "data").unlink()
    hidden.rename(tmp_path / "data")
    button(page, "Try again").click().run()
    assert not page.error and "80%" in words(page)


def test_deleting_says_how_much_and_asks_for_the_word(run_page: RunPage, filled: EventStore) -> None:
    page = run_page("history.py")
    assert "20 people and 1 alert" in words(page)

    button(page, "Delete everything").click().run()
    assert "Nothing was deleted" in page.error[0].value

    page.text_input("history_delete_word").set_value("delete")
    button(page, "Delete everything").click().run()

    assert "Deleted: 20 people and 1 alert" in page.success[0].value
    assert page.subheader[0].value == "Nothing yet"


@pytest.mark.usefixtures("detector")
@pytest.mark.parametrize("timezone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", None])
def test_somebody_of_now_is_of_today_by_every_clock(store: EventStore, timezone: str | None) -> None:
    store.write([make_person(first_at=datetime.now(UTC))])

    page = open_with(timezone=timezone, time="Today")

    assert not page.exception
    assert list(page.dataframe[0].value["People"]) == [1]


@pytest.mark.parametrize("read", [pd.read_csv, pd.read_parquet])
def test_files_hold_every_row(read: Any) -> None:
    frame = pd.DataFrame({"label": ["mask", "no_mask"], "camera": ["Tür", 'the "gate", left']})
    data = csv_bytes(frame) if read is pd.read_csv else parquet_bytes(frame)
    assert read(io.BytesIO(data)).equals(frame)
