"""The sample portraits as buttons."""

from __future__ import annotations

import streamlit as st

from maskcore.samples import SAMPLES, Sample


def choose_sample() -> Sample | None:
    """A row of the sample portraits; the one that was clicked in this run, or None."""
    chosen = None
    with st.container(horizontal=True, gap="small", key="sample_row"):
        for sample in SAMPLES:
            with st.container(key=f"sample_card_{sample.name}"):
                st.image(str(sample.path), width="stretch", alt="")
                if st.button(sample.title, key=f"sample_{sample.name}", help=sample.credit):
                    chosen = sample
    return chosen
