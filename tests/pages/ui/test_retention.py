"""What is too old is deleted once the app runs, whichever page is opened."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st

from maskcore.events.retention import Kept, count_kept
from maskcore.jobs.job import State
from maskcore.jobs.owner import Owner
from maskcore.jobs.store import OWNERS, JobStore
from maskcore.settings import get_settings
from pages.ui.keeping import shared_store
from pages.ui.retention import begin_deleting
from pages.ui.review import shared_queue
from tests.factories import make_face, make_picture
from tests.maskcore.events.made import make_person
from tests.waiting import wait_until
from training.data.review.items import ReviewFace

LONG_AGO = datetime.now(UTC) - timedelta(days=91)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the app keeps things."""
    monkeypatch.setattr("maskcore.retention.FIRST_S", 0.0)
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    st.cache_resource.clear()
    yield tmp_path
    get_settings.cache_clear()
    st.cache_resource.clear()


def test_films_pictures_and_history_go_when_their_time_is_over(folder: Path) -> None:
    shared_store().write([make_person(first_at=LONG_AGO), make_person(first_at=datetime.now(UTC))])
    film = make_old_film(folder / "films")
    picture = make_old_picture()
    begin_deleting()
    wait_until(lambda: not film.exists() and not picture.exists() and count_kept(shared_store()) == Kept(1, 0))


def make_old_film(folder: Path) -> Path:
    store = JobStore(folder)
    job = store.add({}, {"film": io.BytesIO(b"content")}, owner=Owner(folder / OWNERS).name)
    back_date(store.path(job.id) / "state.json", state=State.DONE.value, changed_at=LONG_AGO.isoformat())
    return store.path(job.id)


def make_old_picture() -> Path:
    given = shared_queue().give(make_picture(), [ReviewFace.of(make_face()).ask(None)], by_visitor=True)
    picture = shared_queue().picture(given.id)
    back_date(picture.with_suffix(".json"), at=LONG_AGO.isoformat())
    return picture


def back_date(path: Path, **over: str) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | over))
