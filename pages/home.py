"""Home: what the product does, which model answers, and something to do at once."""

from __future__ import annotations

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from maskcore.samples import SAMPLES
from maskcore.styles import LABEL_STYLES
from pages.ui.detector import shared_card
from pages.ui.entry import whole_page
from pages.ui.faces import symbol_html
from pages.ui.pictures import TYPES, show_picture, upload_limit_mb
from pages.ui.samples import choose_sample

FIRST_SAMPLE = next(sample for sample in SAMPLES if sample.name == "astronaut_masked")
MEANINGS = {
    "mask": "Mouth and nose are covered by a mask.",
    "no_mask": "No mask. A hand or a cup before the mouth is no mask either.",
    "incorrect": "A mask, but the nose or the mouth is out.",
    "uncertain": "Too small, blurred, dark or close to call. It says so instead of guessing.",
}


def introduce() -> None:
    st.title("Who wears a mask?", anchor=False)
    st.html(
        '<p class="mc-lead">Mask check finds every face in a camera picture or a photograph and tells how each one '
        "wears its mask, or that it cannot tell. Pictures go to this server only, and none is kept.</p>"
    )
    with st.container(horizontal=True):
        if st.button("Start the camera", type="primary", icon=":material/videocam:"):
            st.switch_page("pages/live.py")
        if st.button("Check many pictures", icon=":material/photo_library:"):
            st.switch_page("pages/upload.py")


def choose_picture(ask: DeltaGenerator, offer: DeltaGenerator) -> tuple[bytes, str]:
    """The picture to show, and its name: the one dropped, or the sample clicked last.

    Args:
        ask: Where to ask for a picture.
        offer: Where to offer samples.
    """
    with ask:
        st.html('<p class="mc-heading">Drop a picture</p>')
        dropped = st.file_uploader(
            "Drop a picture", type=TYPES, key=f"home_picture_{st.session_state.get('home_round', 0)}",
            label_visibility="collapsed", max_upload_size=upload_limit_mb(),
        )  # fmt: skip
    with offer:
        st.html('<p class="mc-heading">Or try a sample</p>')
        sample = choose_sample()
    if sample is not None:
        st.session_state["home_sample"] = sample
        if dropped is not None:  # the sample clicked last wins: an empty widget takes the place of the dropped picture
            st.session_state["home_round"] = st.session_state.get("home_round", 0) + 1
            st.rerun()
    if dropped is not None:
        return dropped.getvalue(), dropped.name
    shown = st.session_state.get("home_sample", FIRST_SAMPLE)
    return shown.path.read_bytes(), shown.title


def explain_labels() -> None:
    st.subheader("What it tells", anchor=False)
    for column, (key, style) in zip(st.columns(4), LABEL_STYLES.items(), strict=True):
        head = f'<p class="mc-sentence">{symbol_html(style)}<span>{escape(style.text)}</span></p>'
        column.html(f'{head}<p class="mc-note">{MEANINGS[key]}</p>')


@st.dialog("The model that answers", width="medium")
def show_card() -> None:
    st.markdown(shared_card().markdown)


def name_model() -> None:
    info = shared_card().info
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<p class="mc-note">Model <strong>{escape(info.id)}</strong>, version {escape(info.version)}</p>',
            width="content",
        )
        if st.button("Read the model card", icon=":material/description:", type="tertiary"):
            show_card()


with whole_page():
    with st.container(key="home_grid"):  # the style sheet puts them side by side, on a phone one below the other
        ask, see, offer = (st.container(key=f"home_{part}") for part in ("ask", "see", "offer"))
    with ask:
        introduce()
    data, name = choose_picture(ask, offer)
    with see:
        show_picture(data, name)
    st.space("small")
    explain_labels()
    st.divider()
    name_model()
