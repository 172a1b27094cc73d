"""Answers of the store, kept for half a minute, so that a click does not count a million people anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from pages.ui.keeping import shared_store

KEEP_S = 30
MOST_ANSWERS = 300

Answer = TypeVar("Answer")


def ask(question: Callable[..., Answer], *args: Any, **options: Any) -> Answer:
    """Ask the shared store, or take an answer of the last half minute to the very same question.

    Args:
        question: A function of maskcore.events whose first argument is the store.
        args: Its other arguments.
        options: Its keyword arguments.
    Raises:
        StoreError: The database cannot be read; that is not kept, so asking again asks the database.
    """
    return _ask(question.__qualname__, question, args, options)


def forget_answers() -> None:
    """Ask everything anew."""
    _ask.clear()


@st.cache_data(ttl=KEEP_S, max_entries=MOST_ANSWERS, show_spinner="Counting")
def _ask(name: str, _question: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    return _question(shared_store(), *args, **options)
