"""The same question is asked of the database once in a while, another one at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import streamlit as st

from maskcore.errors import StoreError
from maskcore.events import queries
from maskcore.events.store import EventStore
from pages.ui import history_answers
from pages.ui.history_answers import ask, forget_answers
from tests.maskcore.events.made import ALL_TIMES, NOON, make_person


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Iterator[EventStore]:
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))
    st.cache_resource.clear()
    forget_answers()
    yield history_answers.shared_store()
    st.cache_resource.clear()
    forget_answers()


def test_an_answer_is_kept_until_it_is_forgotten(store: EventStore) -> None:
    assert ask(queries.count_people, ALL_TIMES).faces == 0
    store.write([make_person()])

    assert ask(queries.count_people, ALL_TIMES).faces == 0
    forget_answers()
    assert ask(queries.count_people, ALL_TIMES).faces == 1


def test_another_choice_or_question_has_its_own_answer(store: EventStore) -> None:
    store.write([make_person(), make_person(first_at=NOON + timedelta(hours=1))])
    hour = queries.Chosen(begin=NOON, end=NOON + timedelta(hours=1))

    assert ask(queries.count_people, ALL_TIMES).faces == 2
    assert ask(queries.count_people, hour).faces == 1
    assert list(ask(queries.count_by_camera, hour)) == ["door"]
    assert len(ask(queries.count_over_time, ALL_TIMES, queries.Every.HOUR)) == 2
    assert len(ask(queries.count_over_time, ALL_TIMES, queries.Every.DAY)) == 1


def test_trouble_is_not_kept() -> None:
    answers = iter([StoreError("away"), 7])

    def question(_store: EventStore) -> int:
        answer = next(answers)
        if isinstance(answer, StoreError):
            raise answer
        return answer

    with pytest.raises(StoreError):
        ask(question)
    assert ask(question) == 7
