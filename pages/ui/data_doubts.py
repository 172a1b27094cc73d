"""What may be wrong with a set: look-alikes, poor faces, labels, and where the detector sees it otherwise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from maskcore.models import load_manifest
from maskcore.settings import get_settings
from maskcore.styles import UNCERTAIN_TEXTS
from maskcore.types import Uncertain
from pages.ui.data_boxes import show_crop, show_picture
from pages.ui.data_disputes import show_disputes
from pages.ui.data_gallery import choose_page, marks_of, offer_mending, picture_grid, rows_of
from pages.ui.data_mend import keep
from pages.ui.data_opened import Opened
from pages.ui.data_overview import show_problems
from pages.ui.data_sets import memory
from pages.ui.data_suspects import show_suspects
from training.data.cache import cache_folder
from training.data.checks import find_alike, find_poor
from training.data.notes import Edit
from training.data.table import BOX

KINDS = ("Files", "Look-alikes", "Poor faces", "Labels", "Faces and detector")
PAIRS_A_PAGE = 5
CROPS_A_PAGE = 18


def show_doubts(opened: Opened) -> None:
    """One kind of trouble at a time."""
    kind = st.segmented_control(
        "Kind", KINDS, default=KINDS[0], required=True, key="data_kind", label_visibility="collapsed"
    )
    if kind == "Files":
        show_problems(opened)
    elif kind == "Look-alikes":
        _show_alike(opened)
    elif kind == "Poor faces":
        _show_poor(opened)
    elif kind == "Labels":
        show_suspects(opened)
    else:
        show_disputes(opened)


def _show_alike(opened: Opened) -> None:
    pairs = _alike(opened)
    leaks = int(pairs["leaks"].sum())
    if pairs.empty:
        st.html('<p class="mc-note">No two pictures look alike.</p>')
        return
    st.html(
        f'<p class="mc-note">Pairs that look alike: {len(pairs):,}. Each is the same photograph resized, encoded anew, '
        "slightly cut or mirrored. Training here keeps look-alikes in one part, so they only weigh double.</p>"
    )
    if leaks:
        st.html(
            f'<p class="mc-state" data-tone="bad"><i></i><span><strong>{leaks:,} of them lie in two parts of the set'
            "</strong>A model judged by these parts has seen some of the answers. Leave one of each pair out, or let "
            "training here make the parts.</span></p>"
        )
    pairs = pairs.sort_values("leaks", ascending=False, kind="stable", ignore_index=True)
    first = choose_page(len(pairs), PAIRS_A_PAGE, key="pairs")
    shown = pairs.iloc[first : first + PAIRS_A_PAGE]
    rows_by_image = rows_of(opened, [*shown["image_a"], *shown["image_b"]])
    for number, pair in enumerate(shown.itertuples(), first):
        with st.container(border=True):
            how = "mirrored, " if pair.mirrored else ""
            parts = f", {pair.split_a} and {pair.split_b}" if pair.leaks else ""
            st.html(f'<p class="mc-note">{how}{pair.bits} of 128 bits differ{parts}</p>')
            for column, image in zip(st.columns(2), (pair.image_a, pair.image_b), strict=True):
                with column:
                    show_picture(image, marks_of(rows_by_image[image]))
                    if st.button(
                        "Leave this one out", key=f"data_alike_{number}_{image}", icon=":material/hide_image:"
                    ):
                        keep(opened, Edit(opened.relative(image)))


def _alike(opened: Opened) -> pd.DataFrame:
    """Pairs of pictures that are still in the set; looked for once a visit."""
    kept = memory(opened.key)
    if "alike" not in kept:
        bar = st.progress(0.0, "Comparing every picture with every other")
        kept["alike"] = find_alike(
            opened.published.table,  # whatever its names mean now: that may change in this visit
            cache=cache_folder(),
            on_progress=lambda done, total: bar.progress(done / total, f"Looked at {done:,} of {total:,} pictures"),
        )
        bar.empty()
    pairs, there = kept["alike"], opened.found.table["image"]
    return pairs[pairs["image_a"].isin(there) & pairs["image_b"].isin(there)]


def _show_poor(opened: Opened) -> None:
    faces = opened.faces
    poor = find_poor(faces, load_manifest(get_settings().model_dir).thresholds)
    if poor.empty:
        st.html('<p class="mc-note">No face is so small, dark or blurred that the model would not trust itself.</p>')
        return
    counts = poor["poor"].value_counts()
    words = {kind: f"{UNCERTAIN_TEXTS[Uncertain(kind)]} ({count:,})" for kind, count in counts.items()}
    kind = st.segmented_control(
        "Reason", list(words), format_func=words.get, default=next(iter(words)), required=True, key="data_poor",
        label_visibility="collapsed",
    )  # fmt: skip
    st.html(
        f'<p class="mc-note">{len(poor):,} of {len(faces):,} faces. They teach a detector that there are faces; what '
        "they wear can hardly be learned from them.</p>"
    )
    order = {"small": "side", "dark": "brightness", "blurred": "sharpness"}[kind]
    chosen = poor[poor["poor"] == kind].sort_values(order, kind="stable")
    first = choose_page(len(chosen), CROPS_A_PAGE, key="poor")
    with picture_grid(f"crops_{kind}"):
        for number, row in enumerate(chosen.iloc[first : first + CROPS_A_PAGE].to_dict("records")):
            with st.container(key=f"data_cell_poor_{number}"):
                box = tuple(row[side] for side in BOX)
                show_crop(row["image"], box, note=f"{Path(row['image']).name}, {row['side']:.0f} px")
                offer_mending(opened, row["image"], key=f"poor_{number}")
