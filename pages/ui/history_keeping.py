"""What the history holds, how it is switched on, taken away and deleted."""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import streamlit as st
from pyarrow import csv

from maskcore.events import queries, retention
from maskcore.events.chosen import Chosen
from maskcore.events.queries import MOST_ALERTS
from maskcore.events.records import AlertEvent
from maskcore.events.retention import Kept
from maskcore.settings import get_settings
from pages.ui.history_answers import forget_answers
from pages.ui.history_range import visitor_zone
from pages.ui.keeping import explain, shared_store

WORD = "delete"
MANY_ROWS = 100_000  # a file of more takes seconds
_DELETED = "history_deleted"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """One row an event, times in UTC; the byte order mark lets spreadsheets read it as UTF-8."""
    file = io.BytesIO()
    file.write(codecs.BOM_UTF8)
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), file)  # takes a third of the time of pandas
    return file.getvalue()


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """The same as Parquet."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()


def show_downloads(chosen: Chosen, people: int) -> None:
    """Offer everybody of the time chosen as files, which are made when they are asked for."""
    if people > MANY_ROWS:
        st.html(
            f'<p class="mc-note">A file of {people:,} people takes some seconds. The sign on its button turns until '
            "the file is there.</p>"
        )
    with st.container(horizontal=True):
        st.download_button(
            "CSV", lambda: csv_bytes(queries.people_frame(shared_store(), chosen)), "people.csv", "text/csv",
            icon=":material/table:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Parquet", lambda: parquet_bytes(queries.people_frame(shared_store(), chosen)), "people.parquet",
            "application/vnd.apache.parquet", icon=":material/table_chart:", on_click="ignore",
        )  # fmt: skip


def show_alerts(alerts: Sequence[AlertEvent], chosen: Chosen) -> None:
    """The alerts, newest first, and all of them as a file."""
    st.html('<p class="mc-heading">Alerts</p>')
    if not alerts:
        st.html('<p class="mc-note">None in this time.</p>')
        return
    rows = [[alert.at, alert.message, alert.camera] for alert in alerts]
    when = st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=visitor_zone().key)
    st.dataframe(
        pd.DataFrame(rows, columns=["When", "What", "Camera"]), hide_index=True, key="history_alerts",
        column_config={"When": when},
    )  # fmt: skip
    if len(alerts) == MOST_ALERTS:
        st.html(f'<p class="mc-note">The newest {MOST_ALERTS:,}; the file holds all.</p>')
    if chosen.zones or chosen.labels:
        st.html('<p class="mc-note">Alerts belong to a camera as a whole: area and worn do not choose among them.</p>')
    st.download_button(
        "Alerts as CSV", lambda: csv_bytes(queries.alerts_frame(shared_store(), chosen)), "alerts.csv", "text/csv",
        icon=":material/notifications:", on_click="ignore",
    )  # fmt: skip


def show_nothing_yet() -> None:
    """Say how to switch the history on, with a way there."""
    st.subheader("Nothing yet", anchor=False)
    st.html(
        '<p class="mc-lead">A history begins when somebody switches it on: start a camera on the Live page and switch '
        "on <strong>Keep a history</strong>. From then on, everybody who came by is counted here.</p>"
    )
    if st.button("Go to Live", type="primary", icon=":material/videocam:"):
        st.switch_page("pages/live.py")


def show_deleted() -> None:
    """Tell once what was deleted."""
    if deleted := st.session_state.pop(_DELETED, None):
        st.success(f"Deleted: {kept_words(deleted)}.", icon=":material/delete:")


def show_keeping(kept: Kept) -> None:
    """Where the history lies and for how long, and the way to delete all of it."""
    st.html(f'<p class="mc-note">{explain(get_settings())}</p>')
    if kept == Kept(0, 0):
        return
    with st.expander("Delete history"), st.form("history_delete", border=False):
        st.html(
            f"<p>This deletes <strong>{kept_words(kept)}</strong>: everything of all times and cameras, whatever is "
            "chosen above. It cannot be undone.</p>"
        )
        typed = st.text_input(f"Type {WORD} to go on", key="history_delete_word")
        if st.form_submit_button("Delete everything", icon=":material/delete:"):
            _delete(typed)


def kept_words(kept: Kept) -> str:
    """How much, such as "1 person and 12 alerts"."""
    people = "1 person" if kept.people == 1 else f"{kept.people:,} people"
    return f"{people} and {'1 alert' if kept.alerts == 1 else f'{kept.alerts:,} alerts'}"


def _delete(typed: str) -> None:
    if typed.strip().lower() != WORD:
        st.error(f"Nothing was deleted: expected the word {WORD}. Type it and press the button again.")
        return
    with st.spinner("Deleting"):
        st.session_state[_DELETED] = retention.forget_all(shared_store())
    forget_answers()
    st.rerun()
