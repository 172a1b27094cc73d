"""The statistics of a set: filters, what is uneven, charts, and a table by name and part."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd
import streamlit as st

from maskcore.models import load_manifest
from maskcore.settings import get_settings
from maskcore.styles import LABEL_STYLES
from maskcore.types import Label
from pages.ui.data_charts import show_bins, show_counts, show_map, show_resolutions
from pages.ui.data_opened import Opened
from pages.ui.faces import symbol_html
from training.data.statistics import imbalance

SIDES_PX = [0, 8, 16, 32, 64, 128, 256, 512]
NO_END = "any"
NO_PART = "no part"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which faces and pictures are counted; empty lists choose all."""

    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    least_px: float = 0.0
    most_px: float = float("inf")

    def faces(self, faces: pd.DataFrame) -> pd.DataFrame:
        """The faces that fit."""
        fits = faces["side"].between(self.least_px, self.most_px)
        for column, wanted in (("label", self.labels), ("source_label", self.names)):
            if wanted:
                fits &= faces[column].isin(wanted)
        return faces[fits & self._in_part(faces)]

    def pictures(self, pictures: pd.DataFrame, faces: pd.DataFrame) -> pd.DataFrame:
        """The pictures of the part, and where faces are chosen those that show one; `faces` are those that fit."""
        fits = self._in_part(pictures)
        if self.labels or self.names or self.least_px > 0 or self.most_px < float("inf"):
            fits &= pictures["image"].isin(faces["image"])
        return pictures[fits]

    def _in_part(self, frame: pd.DataFrame) -> pd.Series:
        parts = frame["split"].fillna(NO_PART)
        return parts.isin(self.parts) if self.parts else parts.notna()


def show_statistics(opened: Opened) -> None:
    """Everything that can be counted."""
    every_face, every_picture = opened.faces, opened.pictures
    chosen = _choose(every_face, every_picture)
    faces = chosen.faces(every_face)
    pictures = chosen.pictures(every_picture, faces)
    for sentence in imbalance(every_face["label"]):
        st.html(f'<p class="mc-state" data-tone="wait"><i></i><span>{escape(sentence)}</span></p>')
    if faces.empty:
        st.info("No face fits these choices. Choose more.", icon=":material/info:")
        return
    st.html(f'<p class="mc-note">Counted below: faces {len(faces):,}, pictures {len(pictures):,}.</p>')
    _show_legend()
    _show_charts(faces, pictures)
    st.html('<p class="mc-heading">By name in the set and by part</p>')
    st.dataframe(groups_frame(faces), hide_index=True, key="data_groups")


def groups_frame(faces: pd.DataFrame) -> pd.DataFrame:
    """One row a source, name and part: how many faces, and the middle one's size, brightness and sharpness."""
    named = faces.assign(split=faces["split"].fillna(NO_PART), source_label=faces["source_label"].fillna("added here"))
    groups = named.groupby(["source", "source_label", "split"], sort=False)
    columns = {
        "Faces": ("x1", "size"), "Pictures": ("image", "nunique"), "Shorter side, px": ("side", "median"),
        "Brightness": ("brightness", "median"), "Sharpness": ("sharpness", "median"),
    }  # fmt: skip
    frame = groups.agg(**columns).round({"Shorter side, px": 0, "Brightness": 0, "Sharpness": 2}).reset_index()
    names = {"source": "Source", "source_label": "Name in the set", "split": "Part"}
    return frame.rename(columns=names).sort_values("Faces", ascending=False, ignore_index=True)


def _choose(faces: pd.DataFrame, pictures: pd.DataFrame) -> Filter:
    left, middle, right = st.columns(3)
    labels = left.multiselect(
        "Worn", list(Label), format_func=lambda label: LABEL_STYLES[label.value].text, key="data_worn",
        placeholder="Masked or not",
    )  # fmt: skip
    names = middle.multiselect(
        "Name in the set", sorted(faces["source_label"].dropna().unique()), key="data_name", placeholder="All names"
    )
    parts = right.multiselect(
        "Part", sorted(pictures["split"].fillna(NO_PART).unique()), key="data_part_of", placeholder="All parts"
    )
    least, most = st.select_slider(
        "Shorter side of the face, px", [*SIDES_PX, NO_END], value=(0, NO_END), key="data_sides"
    )
    return Filter(
        tuple(label.value for label in labels), tuple(names), tuple(parts), *(_px(each) for each in (least, most))
    )


def _px(side: float | str) -> float:
    return float("inf") if side == NO_END else float(side)


def _show_legend() -> None:
    styles = [LABEL_STYLES[label.value] for label in Label]
    entries = "".join(
        f'<span style="display:inline-flex;gap:0.4rem">{symbol_html(style)}<span>{escape(style.text)}</span></span>'
        for style in styles
    )
    st.html(f'<p class="mc-sentence" style="gap:0.4rem 1.2rem;font-size:0.9rem;font-weight:400">{entries}</p>')


def _show_charts(faces: pd.DataFrame, pictures: pd.DataFrame) -> None:
    limits = load_manifest(get_settings().model_dir).thresholds
    left, right = st.columns(2, gap="large")
    with left:
        show_bins(faces, "side", "Size of faces", words="shorter side, px", log=True, rule=limits.small)
        show_counts(pictures["faces"], "Faces a picture", words="faces", key="faces")
        show_bins(faces, "brightness", "Brightness of faces", words="0 is black, 255 white", rule=limits.dark)
        show_map(faces)
    with right:
        percent = faces.assign(percent=100 * faces["share"])
        show_bins(percent, "percent", "Size in the picture", words="percent of its area", log=True)
        show_bins(faces, "aspect", "Shape of boxes", words="width over height")
        show_bins(faces, "sharpness", "Sharpness of faces", words="low is blurred", log=True, rule=limits.blurred)
        show_resolutions(pictures)
