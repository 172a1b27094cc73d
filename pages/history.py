"""History: who came by and how masks were worn, over time and by place, beside the time before."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from maskcore.errors import StoreError
from maskcore.events import queries, retention
from maskcore.events.chosen import Chosen
from maskcore.events.retention import Kept
from maskcore.settings import get_settings
from pages.ui.entry import whole_page
from pages.ui.faces import add_up
from pages.ui.history_answers import ask
from pages.ui.history_charts import places_frame, show_over_time, show_places, slots_frame
from pages.ui.history_figures import show_figures
from pages.ui.history_filters import Looked, choose_every, choose_looked, zone_text
from pages.ui.history_keeping import show_alerts, show_deleted, show_downloads, show_keeping, show_nothing_yet
from pages.ui.history_people import show_newest
from pages.ui.history_range import visitor_zone
from pages.ui.keeping import shared_store
from pages.ui.trouble import show_error

EVER = Chosen(begin=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC))


def show_history() -> None:
    looked = choose_looked(*ask(queries.find_names, EVER))
    by_camera = ask(queries.count_by_camera, looked.chosen)
    counts = add_up(by_camera.values())
    show_figures(counts, ask(queries.count_people, looked.before), looked.period.against)
    if counts.faces:
        show_over_time(slots_of(looked))
        show_places(places_frame(by_camera), title="Camera", key="history_cameras")
        by_zone = ask(queries.count_by_zone, looked.chosen)
        show_places(places_frame(by_zone, zone_text), title="Area", key="history_zones")
        if get_settings().keep_pictures:
            show_newest(ask(queries.find_newest, looked.chosen))
        show_downloads(looked.chosen, counts.faces)
    else:
        st.info("Nobody was counted in this time with these choices. Choose more.", icon=":material/info:")
    show_alerts(ask(queries.find_alerts, looked.chosen), looked.chosen)


def slots_of(looked: Looked) -> pd.DataFrame:
    every = choose_every(looked.period.days)
    slots = ask(queries.count_over_time, looked.chosen, every, zone=visitor_zone())
    return slots_frame(slots, looked.chosen, every)


def show_page() -> None:
    show_deleted()
    kept = ask(retention.count_kept)
    if kept == Kept(0, 0):
        kept = retention.count_kept(shared_store())  # whoever has just been seen is looked for here; it takes no time
    if kept == Kept(0, 0):
        show_nothing_yet()
    else:
        show_history()
    show_keeping(kept)


with whole_page():
    st.title("History", anchor=False)
    try:
        show_page()
    except StoreError as error:
        show_error(error)
        st.button("Try again", icon=":material/refresh:")
