"""What the network of a run gets most surely wrong after its last epoch, cut from the pictures as they are shown."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from maskcore.styles import LABEL_STYLES, percent
from pages.ui.data_boxes import show_crop
from pages.ui.data_gallery import picture_grid
from training.runs.folder import RunFolder
from training.runs.mistakes import NOTHING, Mistake, read_mistakes


def show_mistakes(folder: RunFolder) -> None:
    """The faces, each with what people say and what the network says; nothing before the first epoch is done."""
    epoch, mistakes = read_mistakes(folder)
    if not epoch:
        return
    st.html(f'<p class="mc-heading">What it gets most surely wrong, after epoch {epoch}</p>')
    if not mistakes:
        st.html('<p class="mc-note">Nothing on the pictures kept aside that were looked at.</p>')
        return
    with picture_grid("crops_mistakes"):
        for number, mistake in enumerate(mistakes):
            with st.container(key=f"data_cell_mistake_{number}"):
                show_crop(mistake.image, mistake.box, note=words_of(mistake))
    st.html(
        '<p class="mc-note">These pictures are kept aside; it does not learn from them. Where the network is right and '
        "the label is not, mend the label on the page Data.</p>"
    )


def words_of(mistake: Mistake) -> str:
    """What people say and what the network says of one face, and in which picture."""
    name = Path(mistake.image).name
    if mistake.told == NOTHING:
        return f"Missed: a face, {percent(mistake.probability)} sure · {name}"
    if mistake.given == NOTHING:
        return f"Taken for a face, {percent(mistake.probability)} sure · {name}"
    given, told = (LABEL_STYLES[label].text for label in (mistake.given, mistake.told))
    return f"Labelled {given}, told {told} {percent(mistake.probability)} · {name}"
