"""What is kept of live video: nothing, until somebody switches it on."""

from __future__ import annotations

from html import escape

import streamlit as st

from maskcore.events.database import FILE_NAME
from maskcore.events.store import EventStore
from maskcore.events.writer import EventWriter
from maskcore.settings import Settings, get_settings
from maskcore.video.live import LiveVideo
from maskcore.video.recorder import Recorder
from maskcore.webhook import Webhook
from pages.ui.detector import shared_detectors
from pages.ui.live_panel import show_state

PICTURES_KEPT = (
    "The person who runs this app switched that on. It is the best look at the face, blurred while faces are blurred "
    "here. Whoever can open the History page can see it."
)


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


def keeps_history(live: LiveVideo) -> bool:
    """Whether somebody switched the history of a video on; one that only sends alerts on keeps none."""
    return isinstance(live.listener, Recorder) and live.listener.keeps


def choose_keeping(live: LiveVideo, *, camera: str, key: str) -> None:
    """Ask whether to keep what happens in a video, say in words what that means, and do so.

    Args:
        live: The video.
        camera: Its name in the history.
        key: Name of the switch.
    """
    settings = get_settings()
    keep = st.toggle("Keep a history", value=keeps_history(live), key=key, help=explain(settings))
    if settings.keep_pictures:
        show_state("wait", "With the history, a small picture of everybody's face is kept", PICTURES_KEPT)
    if keep:
        st.html(f'<p class="mc-note">{escape(explain(settings))}</p>')
        state = shared_writer().state
        if not state.ok:
            show_state("bad", "The history cannot be written", f"{state.waiting} events wait in memory. {state.reason}")
    webhook = shared_webhook()
    if webhook is not None and webhook.trouble:
        show_state("bad", "An alert could not be sent on", webhook.trouble)
    if webhook is not None:
        picture = ", with a picture, its faces blurred if chosen here" if settings.webhook_picture_kb else ""
        st.html(f'<p class="mc-note">Alerts go to another program{picture}: whoever runs this app chose that.</p>')
    live.keeps_pictures = keep and settings.keep_pictures
    if not keep and webhook is None:
        live.listener = None
        return
    writer, detectors = shared_writer() if keep else None, shared_detectors()
    live.listener = Recorder(
        camera=camera, model_id=lambda: detectors().info.id, writer=writer, webhook=webhook,
        picture_kb=settings.webhook_picture_kb,
    )  # fmt: skip


def explain(settings: Settings) -> str:
    """What is kept, where, and for how long."""
    where = "the database of this server" if settings.database_url else f"the file {FILE_NAME} on this server"
    picture = "A small picture of the face, blurred if faces were." if settings.keep_pictures else "No picture."
    return (
        "Of everybody who came by: a number, how the mask was worn, when they were seen first and last, the camera's "
        f"and the area's name; and alerts. {picture} It goes to {where} and is deleted after "
        f"{settings.keep_events_days} days."
    )
