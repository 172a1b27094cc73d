"""The ways to a data set: a folder of the server, or a ZIP file."""

from __future__ import annotations

import streamlit as st

from maskcore.settings import get_settings
from pages.ui.data_sets import SENT, choose, list_sets, memory, receive, sent_folder
from pages.ui.trouble import show_error
from training.data.notes import Notes
from training.errors import DataError

TERMS_FIRST = "Say first where the pictures are from and under which terms."


def show_start() -> None:
    """Offer the folders of the server and a place to drop a ZIP file."""
    st.html(
        '<p class="mc-lead">Look at pictures with labels before a model learns from them: what is in them, what is '
        "uneven, what is wrong. Correct it here and take the set away in the format that you need.</p>"
    )
    left, right = st.columns(2, gap="large")
    with left:
        _choose_folder()
    with right:
        _ask_for_archive()


def _choose_folder() -> None:
    st.html('<p class="mc-heading">A set on this server</p>')
    sets = list_sets()
    if not sets:
        st.html(
            '<p class="mc-note">None yet. Drop a ZIP file, or let the person who runs this app name a folder of data '
            "sets in MASKCORE_DATA_ROOT.</p>"
        )
        return
    key = st.selectbox("Set", sets, format_func=_words, key="data_folder", label_visibility="collapsed")
    st.button("Open", type="primary", icon=":material/folder_open:", on_click=choose, args=(key,))


def _words(key: str) -> str:
    kind, name = key.split("/", 1)
    return f"{name} (sent)" if kind == SENT else name


def _ask_for_archive() -> None:
    st.html('<p class="mc-heading">Or one of your own</p>')
    most_mb = max(1, int(get_settings().max_archive_mb))
    file = st.file_uploader("Drop a ZIP file", type=["zip"], key="data_archive", max_upload_size=most_mb)
    st.html(
        f'<p class="mc-note">Up to {most_mb:,} MB: Pascal VOC, COCO, YOLO with its data.yaml or classes.txt, the '
        "Kaggle medical-mask set, or a folder for each label. The format is recognised by itself.</p>"
    )
    origin = st.text_input(
        "Where are the pictures from?", key="data_origin", placeholder="An address, or who took them"
    )
    licence = st.text_input("Under which terms may they be used?", key="data_licence", placeholder="Such as CC0")
    asked = st.button("Unpack and open", icon=":material/folder_zip:", disabled=file is None)
    # never disabled for want of terms: a field that is being filled counts only once it is left, which a click does
    if asked and not (origin.strip() and licence.strip()):
        st.warning(TERMS_FIRST, icon=":material/warning:")
    elif asked and file is not None:
        bar = st.progress(0.0, "Unpacking")
        try:
            key, problems = receive(
                file,
                file.name,
                Notes(licence.strip(), origin.strip()),
                on_progress=lambda done, total: bar.progress(done / total, f"Unpacked {done:,} of {total:,} files"),
            )
        except DataError as error:
            bar.empty()
            show_error(error, name=file.name)
            return
        memory(key)["left_out"] = problems
        choose(key)
        st.rerun()
    st.html(
        f'<p class="mc-note">The set is kept on this server, in <code>{sent_folder()}</code>, until somebody deletes '
        "it here. Whoever can open this page can see it.</p>"
    )
