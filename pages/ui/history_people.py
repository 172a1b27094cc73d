"""The newest people with their pictures, where the operator lets pictures be kept."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from maskcore.data_urls import data_url
from maskcore.events.queries import NEWEST
from maskcore.events.records import PersonEvent
from pages.ui.history_charts import LOOKS
from pages.ui.history_filters import zone_text
from pages.ui.history_range import visitor_zone


def show_newest(people: Sequence[PersonEvent]) -> None:
    """Everybody with a small picture; who was counted while none were kept has none."""
    st.html('<p class="mc-heading">Newest people</p>')
    st.dataframe(
        pd.DataFrame(map(_row, people), columns=["Picture", "When", "Worn", "Camera", "Area"]),
        hide_index=True, row_height=64, key="history_newest",
        column_config={
            "Picture": st.column_config.ImageColumn(width="small"),
            "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=visitor_zone().key),
        },
    )  # fmt: skip
    if len(people) == NEWEST:
        st.html(f'<p class="mc-note">The newest {NEWEST}; the files hold everybody, without pictures.</p>')


def _row(person: PersonEvent) -> list[object]:
    picture = data_url(person.picture_jpeg) if person.picture_jpeg else None
    return [picture, person.first_at, LOOKS[person.label], person.camera, zone_text(person.zone)]
