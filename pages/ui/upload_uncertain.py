"""Upload: faces that the model can't tell go to the review queue, where the operator switched that on."""

from __future__ import annotations

import hashlib
from html import escape

import streamlit as st

from maskcore.settings import get_settings
from pages.ui.downloads import Upload
from pages.ui.pictures import decode
from pages.ui.review import explain, shared_queue, takes_pictures
from pages.ui.trouble import show_error
from training.data.review.collect import collect, uncertain_places
from training.data.review.queue import Given
from training.errors import DataError

_DONE = "review_collected"


def may_collect(*, key: str) -> bool:
    """Say before anything is stored what will be, and let the visitor refuse; False where it is switched off."""
    if not (get_settings().collect_uncertain and takes_pictures()):
        return False
    st.html(
        '<p class="mc-state" role="note" data-tone="wait"><i></i><span><strong>Faces that the model can\'t tell are '
        "stored here to learn from</strong>The person who runs this app switched that on. "
        f"{escape(explain('The cut-out face'))}</span></p>"
    )
    return st.toggle("Store such faces of mine", value=True, key=key)


def collect_uncertain(uploads: list[Upload]) -> None:
    """Give each picture's uncertain faces to the queue, once a visit, and say how many were stored."""
    done: dict[str, list[Given]] = st.session_state.setdefault(_DONE, {})
    for upload in uploads:
        mark, result = hashlib.sha256(upload.data).hexdigest(), upload.seen.result
        if mark in done or result is None or not uncertain_places(result.faces):
            continue
        try:
            done[mark] = collect(decode(upload.data), result.faces, shared_queue())
        except DataError as error:
            show_error(error, name=upload.name)
            return
    numbers = [f"<code>{given.id}</code>" for of_picture in done.values() for given in of_picture]
    if numbers:
        st.html(f'<p class="mc-note" role="status">Stored for review in this visit: {", ".join(numbers)}</p>')
        st.button("Undo", icon=":material/undo:", key="upload_collect_undo", on_click=_take_back, args=(done,))


def _take_back(done: dict[str, list[Given]]) -> None:
    """Delete what was stored; the pictures stay marked as looked at, so that they are not stored again."""
    for of_picture in done.values():
        while of_picture:
            try:
                shared_queue().take_back(of_picture[-1])
            except DataError as error:
                show_error(error)
                return
            of_picture.pop()
