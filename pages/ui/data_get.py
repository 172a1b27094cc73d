"""Data: get a set from Kaggle by its name, in the background."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.ui.data_sets import choose, new_set
from pages.ui.data_start import TERMS_FIRST
from pages.ui.trouble import show_error
from training.data.download import Download
from training.data.kaggle import CREDENTIALS, INSTALL, KNOWN, address_of, is_installed, name_of
from training.data.notes import Notes
from training.errors import DataError

OTHER = "Another one"


@st.cache_resource(show_spinner=False)
def _downloads() -> dict[str, Download]:
    """The newest download of this process, which all visitors see, by the key of its set; at most one."""
    return {}


def show_get() -> None:
    """Ask which set, or tell how the one on its way comes along."""
    if not is_installed():
        st.info(
            "Sets of Kaggle need the library kagglehub, which is not installed here. The person who runs this app can "
            f"install it with `{INSTALL}` and start the app again.",
            icon=":material/info:",
        )
        return
    if _downloads():
        key, download = next(iter(_downloads().items()))
        st.fragment(_show_download, run_every=1.0 if download.running else None)(key, download)
        return
    _ask()


def _ask() -> None:
    st.html(
        '<p class="mc-lead">Have a set downloaded from Kaggle to this server. It goes on in the background; this page '
        "may be left.</p>"
    )
    known = st.selectbox("Data set", [*KNOWN, OTHER], key="kaggle_known")
    text = known
    if known == OTHER:
        text = st.text_input("Its name", key="kaggle_name", placeholder="owner/name, or the address of its page")
    try:
        name = name_of(text) if text.strip() else ""
    except DataError as error:
        show_error(error)
        return
    where = address_of(name) if name else ""
    if name:
        st.html(
            f'<p class="mc-note">Its terms are on <a href="{escape(where)}" target="_blank" rel="noopener">its page'
            "</a>. See that you may use it as you mean to.</p>"
        )
    origin = st.text_input("Where are the pictures from?", where, key=f"kaggle_origin_{name}")
    licence = st.text_input(
        "Under which terms may they be used?", KNOWN.get(name, ""), key=f"kaggle_licence_{name}",
        placeholder="As its page says, such as CC0",
    )  # fmt: skip
    if st.button("Get it", type="primary", icon=":material/download:", disabled=not name):
        if origin.strip() and licence.strip():
            _begin(name, Notes(licence.strip(), origin.strip()))
        else:
            st.warning(TERMS_FIRST, icon=":material/warning:")
    with st.expander("When Kaggle asks who you are"):
        st.html(f"<p>Public sets mostly come without an account. Else: {escape(CREDENTIALS)}</p>")


def _begin(name: str, notes: Notes) -> None:
    key, folder = new_set(name.split("/")[1])
    _downloads()[key] = Download(name, folder, notes=notes)
    st.rerun()


def _show_download(key: str, download: Download) -> None:
    if download.running:
        megabytes, seconds = download.progress
        st.html(
            f'<p class="mc-state" role="status" data-tone="wait"><i></i><span><strong>Getting {escape(download.name)}'
            f"</strong>{megabytes:,.0f} MB on the disk after {seconds:,.0f} seconds. How large it will be, Kaggle "
            "does not tell before. You may leave this page.</span></p>"
        )
        return
    if download.error is not None:
        show_error(download.error, name=download.name)
        if st.button("Back", icon=":material/arrow_back:", key="kaggle_back"):
            _let_go()
        return
    st.success(f"{download.name} is here.", icon=":material/check:")
    if st.button("Open it", type="primary", icon=":material/folder_open:", key="kaggle_open"):
        choose(key)
        _let_go()
    if st.button("Get another", icon=":material/download:", key="kaggle_more"):
        _let_go()


def _let_go() -> None:
    _downloads().clear()
    st.rerun()
