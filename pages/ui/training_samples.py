"""What a network is shown in training: a strip of samples, cut as the training itself cuts them."""

from __future__ import annotations

import cv2
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from maskcore.styles import LABEL_STYLES
from training.data.crops import CropSampler
from training.data.mosaic import MosaicSampler, photographs
from training.data.pictures import Pictures
from training.data.table import LABELS
from training.models.shapes import CLASSIFIER_SHAPES
from training.runs.options import ClassifierRun, DetectorRun, jitter_of

CROPS, MOSAICS = 16, 4
SHOWN_SIDE = 128  # pixels
MEMORY_BYTES = 200 << 20


def sample_crops(run: ClassifierRun, table: pd.DataFrame, *, seed: int) -> list[tuple[NDArray[np.uint8], str]]:
    """Crops of some faces with their labels, (side, side, 3) uint8 BGR each; empty where no face has a label.

    Two and two show the same face.
    """
    shape, random = CLASSIFIER_SHAPES[run.preset], np.random.default_rng(seed)
    faces = table[(table["split"] == "train") & table["label"].notna()]
    some = faces.sample(min(len(faces), CROPS // 2), random_state=seed)
    sampler = CropSampler(
        some, side=shape.side, margin=shape.margin, jitter=jitter_of(run), pictures=Pictures(budget_bytes=MEMORY_BYTES)
    )
    cuts = [sampler.cut(index, random) for index in range(len(sampler)) for _ in range(2)]
    return [(crop_bgr, LABELS[number].value) for crop_bgr, number in cuts]


def sample_mosaics(run: DetectorRun, table: pd.DataFrame, *, seed: int) -> list[NDArray[np.uint8]]:
    """Training pictures with their faces boxed, (side, side, 3) uint8 BGR each; empty where there is none."""
    whole = table[(table["split"] == "train") & ~table["crop"]]
    names = whole["image"].drop_duplicates()
    some = whole[whole["image"].isin(names.sample(min(len(names), 40), random_state=seed))]
    if some.empty:
        return []
    sampler = MosaicSampler(
        photographs(some),
        side=run.side,
        source_weights=run.source_weights,
        pictures=Pictures(budget_bytes=MEMORY_BYTES),
    )
    random = np.random.default_rng(seed)
    drawn = [sampler.draw(random) for _ in range(MOSAICS)]
    for picture in drawn:
        for x1, y1, x2, y2 in picture.boxes_xyxy.round().astype(int).tolist():
            cv2.rectangle(picture.image_bgr, (x1, y1), (x2, y2), (114, 154, 28), 2)
    return [picture.image_bgr for picture in drawn]


def show_samples(run: ClassifierRun | DetectorRun, table: pd.DataFrame) -> None:
    """The strip, and a button for another one."""
    seed = st.session_state.setdefault("training_sample_seed", 0)
    st.html('<p class="mc-heading">What the network will be shown</p>')
    if isinstance(run, DetectorRun):
        _show_mosaics(sample_mosaics(run, table, seed=seed))
    else:
        _show_crops(sample_crops(run, table, seed=seed))
    st.button("Other samples", icon=":material/shuffle:", on_click=_next_seed, key="training_other_samples")


def _next_seed() -> None:
    st.session_state["training_sample_seed"] += 1


def _show_crops(crops: list[tuple[NDArray[np.uint8], str]]) -> None:
    if not crops:
        st.html('<p class="mc-note">These sets have no labelled faces to learn from.</p>')
        return
    with st.container(horizontal=True, gap="small"):
        for crop_bgr, label in crops:
            shown = cv2.resize(crop_bgr, (SHOWN_SIDE, SHOWN_SIDE), interpolation=cv2.INTER_NEAREST)
            style = LABEL_STYLES[label]
            st.image(shown, f"{style.symbol} {style.text}", channels="BGR", width=SHOWN_SIDE * 3 // 4)
    st.html(
        '<p class="mc-note">Each face twice, in the pixels that the network sees. Changes of light and colour come on '
        "top.</p>"
    )


def _show_mosaics(pictures: list[NDArray[np.uint8]]) -> None:
    if not pictures:
        st.html('<p class="mc-note">These sets have no whole photographs to learn from.</p>')
        return
    with st.container(horizontal=True, gap="small"):
        for image_bgr in pictures:
            st.image(image_bgr, channels="BGR", width=240)
    st.html('<p class="mc-note">Several photographs at other sizes; faces to be found are boxed.</p>')
