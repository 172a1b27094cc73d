"""Data: pictures from use that wait for a person to say how their faces wear the mask."""

from __future__ import annotations

from html import escape

import streamlit as st

from maskcore.settings import get_settings
from maskcore.styles import LABEL_STYLES, UNCERTAIN_TEXTS, percent
from pages.ui.data_boxes import Mark, show_picture
from pages.ui.data_gallery import choose_page, picture_grid
from pages.ui.data_review_merge import show_merge
from pages.ui.review import shared_queue
from pages.ui.trouble import show_error
from pages.ui.upload_wrong import ANSWERS, NO_FACE
from training.data.review.items import ReviewFace, ReviewItem, State
from training.data.review.order import in_order
from training.errors import DataError

A_PAGE = 8
NO_FACE_STYLE = "uncertain"
_STEPS = "review_steps"  # items as they stood before each decision of this visit, the last one last


def show_review() -> None:
    """The queue: what waits, then what was accepted and can become a set."""
    items = shared_queue().items()
    waiting = [item for item in items if item.state is State.WAITING]
    accepted = [item for item in items if item.state is State.ACCEPTED]
    _offer_undo()
    if not items:
        _show_empty()
        return
    st.html(
        f'<p class="mc-note">Waiting: {len(waiting):,}, accepted: {len(accepted):,}. Those of which the model was '
        "least sure come first, and of pictures that look alike one before the others. Accept a picture when the label "
        "below it is right; the other faces in it keep what the model says.</p>"
    )
    ordered = in_order(waiting, shared_queue())
    if ordered:
        first = choose_page(len(ordered), A_PAGE, key="review")
        with picture_grid("review"):
            for item in ordered[first : first + A_PAGE]:
                with st.container(key=f"data_cell_review_{item.id}"):
                    _show_item(item)
    if accepted:
        _show_accepted(accepted)
        show_merge(accepted, on_merged=lambda: st.session_state.pop(_STEPS, None))


def _show_empty() -> None:
    uncertain = (
        "Faces that the model can't tell come here by themselves from Upload and Live."
        if get_settings().collect_uncertain
        else "With MASKCORE_COLLECT_UNCERTAIN=1 faces that the model can't tell come here by themselves as well."
    )
    st.html(
        '<p class="mc-lead">Nothing waits for review. Here lie pictures that visitors of the Upload page gave, with '
        "their consent, because a face was labelled wrongly. You look at them, accept or correct the label, and put "
        f"them into a data set to train with. {uncertain}</p>"
    )


def _show_accepted(accepted: list[ReviewItem]) -> None:
    with st.expander(f"Accepted ({len(accepted):,})", icon=":material/check:"):
        first = choose_page(len(accepted), A_PAGE, key="accepted")
        with picture_grid("accepted"):
            for item in accepted[first : first + A_PAGE]:
                with st.container(key=f"data_cell_accepted_{item.id}"):
                    show_picture(str(shared_queue().picture(item.id)), _marks(item), note=item.id)
                    st.button("Look again", icon=":material/undo:", key=f"review_again_{item.id}", type="tertiary",
                              on_click=_decide, args=(item, State.WAITING))  # fmt: skip


def _show_item(item: ReviewItem) -> None:
    who = "a visitor's correction" if item.by_visitor else "the model was unsure"
    show_picture(str(shared_queue().picture(item.id)), _marks(item), note=f"{item.id}, {item.at:%d %b %Y}, {who}")
    texts = list(ANSWERS)
    for place in item.asked:
        face = item.faces[place]
        now = next(text for text, label in ANSWERS.items() if label is face.label)
        chosen = st.selectbox(
            f"Face {place + 1}: the model said {_said(face)}", texts, texts.index(now),
            key=f"review_label_{item.id}_{place}_{now}",
        )  # fmt: skip
        if chosen != now:
            _change(item, item.relabel(place, ANSWERS[chosen]))
    with st.container(horizontal=True):
        st.button("Accept", icon=":material/check:", key=f"review_accept_{item.id}", on_click=_decide,
                  args=(item, State.ACCEPTED))  # fmt: skip
        st.button("Throw away", icon=":material/delete:", key=f"review_throw_{item.id}", type="tertiary",
                  on_click=_decide, args=(item, State.THROWN))  # fmt: skip


def _marks(item: ReviewItem) -> list[Mark]:
    """The boxes of a picture; where there are several, those that are asked about bear their numbers."""
    several = len(item.faces) > 1
    marks = []
    for place, face in enumerate(item.faces):
        words = [str(place + 1)] if face.asked and several else []
        words += [] if face.label else [NO_FACE.lower()]
        marks.append(Mark(face.box, face.label.value if face.label else NO_FACE_STYLE, " ".join(words)))
    return marks


def _said(face: ReviewFace) -> str:
    text = LABEL_STYLES[face.said.value].text.lower()
    if face.uncertain:
        return f"can't tell ({UNCERTAIN_TEXTS[face.uncertain]}), {text} at {percent(face.probability)}"
    return f"{text} at {percent(face.probability)}"


def _decide(item: ReviewItem, state: State) -> None:
    try:
        shared_queue().decide(item, state)
    except DataError as error:
        show_error(error)
        return
    st.session_state.setdefault(_STEPS, []).append(item)


def _change(before: ReviewItem, after: ReviewItem) -> None:
    try:
        shared_queue().put(after)
    except DataError as error:
        show_error(error)
        return
    st.session_state.setdefault(_STEPS, []).append(before)
    st.rerun()


def _offer_undo() -> None:
    steps = st.session_state.get(_STEPS)
    if not steps:
        return
    label = "Undo the last decision" if len(steps) == 1 else f"Undo the last of {len(steps):,} decisions"
    st.button(
        label, icon=":material/undo:", key="review_undo", on_click=_undo,
        help="What was thrown away is deleted for good after ten minutes",
    )  # fmt: skip


def _undo() -> None:
    item = st.session_state[_STEPS].pop()
    try:
        shared_queue().put(item)
    except DataError as error:
        st.toast(escape(str(error)), icon=":material/error:")
