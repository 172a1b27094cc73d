"""What a visitor chooses about live video."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from maskcore.privacy import Blur
from maskcore.video.choices import Choices
from pages.ui.options import choose_input_size, choose_named, choose_score

BLURS = {None: "Nobody", Blur.ALL: "Everybody", Blur.EXCEPT_NO_MASK: "All but those without a mask"}


def choose(before: Choices, *, key: str) -> Choices:
    """All choices but areas and lines.

    Args:
        before: What stands there at first; a camera that others watch too keeps what they chose.
        key: Begins the names of the widgets.
    """
    picture, alerts = st.tabs(["Picture", "Alerts"])
    with picture:
        chosen = _choose_picture(before, key=key)
    with alerts:
        return _choose_alerts(chosen, key=key)


def _choose_picture(before: Choices, *, key: str) -> Choices:
    advice = "In what is shown here and in pictures of alerts and people. A face that cannot be told is always blurred."
    return replace(
        before,
        min_score=choose_score(key=f"{key}_min_score", begin=before.min_score),
        input_size=choose_input_size(key=f"{key}_input_size", begin=before.input_size),
        blur=choose_named("Blur the faces of", BLURS, begin=before.blur, key=f"{key}_blur", help=advice),
        mirrored=st.toggle(
            "Mirror", before.mirrored, key=f"{key}_mirror", help="Show the picture as in a mirror."
        ),
    )  # fmt: skip


def _choose_alerts(before: Choices, *, key: str) -> Choices:
    bare = st.toggle("When somebody is without a mask", before.without_mask_s is not None, key=f"{key}_alert_bare")
    seconds = st.slider(
        "for so many seconds", 1, 60, round(before.without_mask_s or 5), key=f"{key}_alert_seconds", disabled=not bare
    )
    low = st.toggle(
        "When too few wear a mask", before.least_percent is not None, key=f"{key}_alert_low",
        help="Asked when at least three people are in the picture.",
    )  # fmt: skip
    percent = st.slider(
        "fewer than", 5, 100, round(before.least_percent or 80), 5, format="%d%%", key=f"{key}_alert_percent",
        disabled=not low,
    )  # fmt: skip
    return replace(
        before, without_mask_s=float(seconds) if bare else None, least_percent=float(percent) if low else None
    )
