"""Which parts of a face speak for its label: by hiding them from the model, or by the gradients of its network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from maskcore.errors import MaskcoreError
from maskcore.explain import Explainer, Explanation, draw_explanation
from maskcore.models import load_manifest
from maskcore.preprocess import crop_faces
from maskcore.settings import get_settings
from maskcore.styles import LABEL_STYLES
from maskcore.types import Face, Label
from pages.ui.trouble import show_error
from training.data.pictures import Pictures
from training.data.table import BOX
from training.evaluation.results import About
from training.evaluation.why import ask_gradcam, keras_classifier
from training.registry import list_models

REMEMBERED = 50  # maps of Grad-CAM a visit, 16 kB each
OCCLUSION, GRADCAM = "Occlusion", "Grad-CAM"
NOTES = {
    OCCLUSION: "Hiding the <strong>orange</strong> parts makes the label less likely, hiding the <strong>blue</strong> "
    "ones more. A patch hides one part of the face after another and the classifier, as it is served, is asked again.",
    GRADCAM: "The <strong>orange</strong> parts raise the label, by the gradients of the Keras network that the model "
    "was exported from. It knows places only coarsely, and nothing of what speaks against the label.",
}


@st.dialog("Which parts speak for the label", width="small")
def explain(about: About, face: pd.Series) -> None:
    """One face with the parts coloured that speak for what was said of it.

    Args:
        about: The evaluation.
        face: A row of training.evaluation.explore.join_faces that was found.
    """
    folder = next((each.folder for each in list_models() if each.manifest.id == about.model), None)
    if folder is None:
        st.info(f"The model {about.model} is not here any more, so it cannot be asked.", icon=":material/info:")
        return
    way, network = OCCLUSION, keras_classifier(folder)
    if network is not None:
        way = st.segmented_control(
            "Found by", list(NOTES), default=OCCLUSION, required=True, key="results_why", label_visibility="collapsed"
        )
    try:
        image_bgr, scale = Pictures(budget_bytes=0).read(str(Path(about.root) / face["image"]))
        x1, y1, x2, y2 = (face[BOX].astype(float) * scale).tolist()
        asked = Face((x1, y1, x2, y2), float(face["score"]), Label(face["said"]), {}, None)
        if way == GRADCAM and network is not None:
            found = _gradcam(folder, network, image_bgr, asked)
        else:
            found = Explainer(folder, threads=get_settings().threads).explain(image_bgr, asked)
    except MaskcoreError as error:  # a choice in a dialog draws it anew without the page around it
        show_error(error)
        return
    words = f"What speaks for {LABEL_STYLES[face['said']].text.lower()}"
    st.image(draw_explanation(found), words, channels="BGR", width="stretch")
    silent = "" if found.weights.any() else "It finds nothing here that speaks for the label. "
    st.html(f'<p class="mc-note">{silent}{NOTES[way]} The detector\'s opinion is not in it.</p>')


def _gradcam(folder: Path, network: Path, image_bgr: NDArray[np.uint8], face: Face) -> Explanation:
    spec = load_manifest(folder).classifier
    (crop_bgr,) = crop_faces(image_bgr, np.array([face.box], np.float32), side=spec.side, margin=spec.margin)
    return Explanation(crop_bgr, _kept_gradcam(network, network.stat().st_mtime_ns, crop_bgr, face.label))


@st.cache_data(scope="session", max_entries=REMEMBERED, show_spinner="Starts the Keras network: ten seconds or more …")
def _kept_gradcam(network: Path, changed_ns: int, crop_bgr: NDArray[np.uint8], label: Label) -> NDArray[np.float32]:
    """Grad-CAM of a face by a network as it was when it was last changed."""
    return ask_gradcam(network, crop_bgr, label)
