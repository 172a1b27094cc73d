"""What a visitor reads when something goes wrong: what it is, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from maskcore.errors import (
    ImageDecodeError,
    ImageFormatError,
    ImageTooLargeError,
    InputError,
    MaskcoreError,
    ModelError,
    ModelMismatchError,
    ModelMissingError,
    OptionError,
    SettingsError,
    StoreError,
    VideoDecodeError,
)
from training.errors import DataError, DownloadError, RunError

# A test proves that every class of maskcore.errors is here.
ADVICE_BY_ERROR: Mapping[type[MaskcoreError], str] = {
    MaskcoreError: "Reload the page. If it happens again, tell the person who runs this app.",
    InputError: "Try another picture.",
    ImageDecodeError: "Open the file in a picture viewer: if it shows, save it again as JPEG or PNG and send that.",
    ImageFormatError: "Save the picture as JPEG or PNG and send that.",
    ImageTooLargeError: "Make the picture smaller, or cut out the part with the faces.",
    OptionError: "Change the option and try again.",
    VideoDecodeError: "Open the file in a video player: if it plays, save it again as MP4 and send that.",
    ModelError: "The person who runs this app has to mend the model folder; pictures work again after a restart.",
    ModelMissingError: "Copy the whole model folder to the server, or unset MASKCORE_MODEL_DIR, and restart the app.",
    ModelMismatchError: "Copy the whole model folder to the server again and restart the app.",
    SettingsError: "Correct the variable where the app is started, and restart it.",
    StoreError: "Counting goes on. The person who runs this app has to see to the database; then reload the page.",
    DownloadError: "Nothing half done was kept.",
    DataError: "Mend the data set, or choose another.",
    RunError: "Change what was asked for and try again.",
}


def advice_for(error: MaskcoreError) -> str:
    """What to do about an error, by its class or the nearest one above it."""
    return next(ADVICE_BY_ERROR[kind] for kind in type(error).__mro__ if kind in ADVICE_BY_ERROR)


def show_error(error: MaskcoreError, *, name: str | None = None) -> None:
    """Tell what went wrong, with which file, and what to do."""
    about = f"**{_plain(name)}**: " if name else ""
    st.error(f"{about}**{error.title}.** {_plain(str(error))}\n\n{advice_for(error)}", icon=":material/error:")


def _plain(text: str) -> str:
    """The text with Markdown's signs escaped, so that a file's name cannot change the page."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#$~:|" else sign for sign in text)
