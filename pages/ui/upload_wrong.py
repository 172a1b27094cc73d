"""Upload: a face that was labelled wrongly goes to the review queue, with its right label and the visitor's consent."""

from __future__ import annotations

import hashlib
from html import escape

import streamlit as st

from maskcore.errors import InputError
from maskcore.styles import LABEL_STYLES, style_caption, style_key
from maskcore.types import Face, FrameResult, Label
from pages.ui.data_gallery import choose_page
from pages.ui.data_mend import WORDS
from pages.ui.downloads import Upload
from pages.ui.faces import symbol_html
from pages.ui.pictures import crop_jpeg, decode
from pages.ui.review import explain, shared_queue, takes_pictures
from pages.ui.trouble import show_error
from training.data.review.cut import around, whole
from training.data.review.queue import Given
from training.errors import DataError

NO_FACE = "No face"
ANSWERS: dict[str, Label | None] = {**WORDS, NO_FACE: None}
FACE, PICTURE = "Only the face and a little around it", "The whole picture"
A_PAGE = 6
_AGREED, _GIVEN = "review_agreed", "review_given"


def show_wrong(upload: Upload, result: FrameResult, *, number: int) -> None:
    """Offer to correct the faces of a picture; nothing is drawn before it is asked for.

    Args:
        upload: The picture.
        result: What was seen in it.
        number: Its place on the page.
    """
    if not (takes_pictures() and result.faces):
        return
    if not st.toggle("Something is wrong", key=f"wrong_{number}", help="Tell how a face really wears its mask"):
        return
    how = _ask_consent(number)
    first = choose_page(len(result.faces), A_PAGE, key=f"wrong_{number}")
    for place in range(first, min(first + A_PAGE, len(result.faces))):
        with st.container(border=True, key=f"wrong_face_{number}_{place}"):
            _show_face(upload, result, place, number=number, how=how)


def _ask_consent(number: int) -> str | None:
    """What may be stored, FACE or PICTURE; None as long as nothing may."""
    how = st.radio("What to store", [FACE, PICTURE], key=f"wrong_how_{number}", horizontal=True)
    st.html(f'<p class="mc-note">{escape(explain("The face" if how == FACE else "The picture"))}</p>')
    if st.session_state.get(_AGREED):
        st.html('<p class="mc-note">You agreed to this in this visit.</p>')
        return how
    agreed = st.checkbox(
        "I may give these pictures away, and the people in them agree that they are stored and learned from.",
        key=f"wrong_agree_{number}", on_change=_agree, args=(number,),
    )  # fmt: skip
    return how if agreed else None


def _agree(number: int) -> None:
    st.session_state[_AGREED] = st.session_state[f"wrong_agree_{number}"]


def _show_face(upload: Upload, result: FrameResult, place: int, *, number: int, how: str | None) -> None:
    face, key = result.faces[place], f"{number}_{place}"
    picture, said, right, button = st.columns([1, 2, 3, 2], vertical_alignment="center")
    picture.image(crop_jpeg(upload.data, face.box), width=88, alt=f"Face {place + 1} of {upload.name}")
    words = f"{symbol_html(LABEL_STYLES[style_key(face)])} Face {place + 1}: {escape(style_caption(face))}"
    said.html(f'<p class="mc-note" style="opacity:1">{words}</p>')
    mark = _mark(upload, face)
    given = st.session_state.setdefault(_GIVEN, {}).get(mark)
    if given is not None:
        right.html(f'<p class="mc-note" role="status">Stored as {_words(given)}, number <code>{given.id}</code></p>')
        button.button("Undo", icon=":material/undo:", key=f"wrong_undo_{key}", on_click=_undo, args=(mark,))
        return
    choices = [text for text, label in ANSWERS.items() if face.uncertain or label is not face.label]
    answer = right.selectbox("It really is", choices, key=f"wrong_label_{key}", label_visibility="collapsed")
    if button.button("This is wrong", icon=":material/flag:", key=f"wrong_give_{key}", disabled=how is None,
                     help=None if how else "Tick the consent above first"):  # fmt: skip
        _give(upload, result, place, ANSWERS[answer], how=how, mark=mark)


def _give(upload: Upload, result: FrameResult, place: int, label: Label | None, *, how: str | None, mark: str) -> None:
    cut = around if how == FACE else whole
    try:
        image_bgr, faces = cut(decode(upload.data), result.faces, {place: label})
        given = shared_queue().give(image_bgr, faces, by_visitor=True)
    except (DataError, InputError) as error:
        show_error(error, name=upload.name)
        return
    st.session_state[_GIVEN][mark] = given
    st.rerun()


def _undo(mark: str) -> None:
    given = st.session_state[_GIVEN].pop(mark)
    try:
        there = shared_queue().take_back(given)
    except DataError as error:
        st.session_state[_GIVEN][mark] = given
        show_error(error)
        return
    if there:
        st.toast("Taken back. It is not stored any more.", icon=":material/undo:")
    else:
        st.toast(f"{given.id} was not in the queue any more: it was thrown away or became part of a set.")


def _mark(upload: Upload, face: Face) -> str:
    """What tells a face of this visit from all others, whichever place it has in its picture, and that on the page."""
    return f"{hashlib.sha256(upload.data).hexdigest()}/{face.box}"


def _words(given: Given) -> str:
    label = given.faces[0].label
    return escape((LABEL_STYLES[label.value].text if label else NO_FACE).lower())
