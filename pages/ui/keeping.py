"""What is kept of live video: nothing, until somebody switches it on."""

from __future__ import annotations

import streamlit as st

from maskcore.events.database import FILE_NAME
from maskcore.events.store import EventStore
from maskcore.events.writer import EventWriter
from maskcore.settings import Settings, get_settings
from maskcore.video.recorder import Recorder
from maskcore.webhook import Webhook
from pages.ui.detector import shared_detectors
from pages.ui.live_panel import show_state


@st.cache_resource(show_spinner=False)
def shared_store() -> EventStore:
    """The one store of events of this process."""
    return EventStore()


@st.cache_resource(show_spinner=False)
def shared_writer() -> EventWriter:
    """The one writer of events of this process."""
    return EventWriter(shared_store())


@st.cache_resource(show_spinner=False)
def shared_webhook() -> Webhook | None:
    """The one sender of alerts; None where the operator named no receiver."""
    settings = get_settings()
    if settings.webhook_url is None:
        return None
    secret = settings.webhook_secret
    return Webhook(str(settings.webhook_url), secret=secret.get_secret_value() if secret else "")


def choose_keeping(*, camera: str, on: bool = False) -> Recorder | None:
    """Ask whether to keep what happens, and say in words what that means.

    Args:
        camera: Name of the camera in the history.
        on: What stands there at first.
    Returns:
        Where to send what happens; None where nothing is to be kept or sent.
    """
    keep = st.toggle("Keep a history", value=on, key=f"live_keep_{camera}", help=explain(get_settings()))
    if keep:
        state = shared_writer().state
        if not state.ok:
            show_state("bad", "The history cannot be written", f"{state.waiting} events wait in memory. {state.reason}")
    webhook = shared_webhook()
    if webhook is not None and webhook.trouble:
        show_state("bad", "An alert could not be sent on", webhook.trouble)
    if webhook is not None and get_settings().webhook_picture_kb:
        st.html('<p class="mc-note">Alerts go to another program with a picture, its faces blurred if chosen here.</p>')
    if not keep and webhook is None:
        return None
    writer, detectors = shared_writer() if keep else None, shared_detectors()
    return Recorder(
        camera=camera, model_id=lambda: detectors().info.id, writer=writer, webhook=webhook,
        picture_kb=get_settings().webhook_picture_kb,
    )  # fmt: skip


def explain(settings: Settings) -> str:
    """What is kept, where, and for how long."""
    where = "the database of this server" if settings.database_url else f"the file {FILE_NAME} on this server"
    return (
        "Of everybody who came by: a number, how the mask was worn, when they were seen first and last, the camera's "
        f"and the area's name; and alerts. No picture. It goes to {where} and is deleted after "
        f"{settings.keep_events_days} days."
    )
