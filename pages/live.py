"""Live: the camera with every face marked; snapshots and pictures where live video does not work."""

from __future__ import annotations

import time
from html import escape

import streamlit as st
from streamlit_webrtc import WebRtcMode, webrtc_streamer

from maskcore.settings import get_settings
from pages.ui.camera_check import check_camera
from pages.ui.connection import Connection, Notice, Phase
from pages.ui.detector import shared_detector
from pages.ui.entry import whole_page
from pages.ui.faces import show_counts
from pages.ui.live_video import LiveStats, LiveVideo
from pages.ui.options import Options, choose_score
from pages.ui.pictures import TYPES, show_picture, upload_limit_mb
from pages.ui.trouble import show_error

LIVE, SNAPSHOT, PICTURE = "Live video", "Snapshot", "Picture"
SMALL_VIDEO = {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}}
WORDS = {
    "start": "Start",
    "stop": "Stop",
    "select_device": "Choose camera",
    "select_camera": "Choose camera",
    "media_api_not_available": "This browser gives this page no camera. It needs https:// or localhost.",
    "device_ask_permission": "Please allow this page to use your camera.",
    "device_not_available": "No camera can be used. Is another program using it?",
    "device_access_denied": "The camera is blocked for this page. Allow it beside the address, then reload.",
}


def choose_source() -> str:
    return st.segmented_control(
        "Source", [LIVE, SNAPSHOT, PICTURE], default=LIVE, required=True, key="live_source",
        label_visibility="collapsed",
    )  # fmt: skip


def show_live() -> None:
    video = st.session_state.setdefault("live_video", LiveVideo(shared_detector()))
    connection = st.session_state.setdefault("live_connection", Connection())
    stage, panel = st.columns([2, 1], gap="medium")
    with stage:
        context = webrtc_streamer(
            key="live", mode=WebRtcMode.SENDRECV, queued_video_frames_callback=video.look,
            rtc_configuration={"iceServers": get_settings().ice_servers},  # unset, the library asks a stranger's server
            media_stream_constraints={"video": SMALL_VIDEO, "audio": False}, sendback_audio=False, translations=WORDS,
            video_html_attrs={"autoPlay": True, "muted": True, "style": {"width": "100%", "borderRadius": "12px"}},
        )  # fmt: skip
        camera = check_camera()

    def watch() -> None:
        now_s = time.monotonic()
        if connection.observe(playing=context.state.playing, signalling=context.state.signalling, now_s=now_s):
            video.reset()
        stats = video.stats() if connection.phase is Phase.RUNNING else LiveStats()
        show_notice(connection.notice(camera=camera, frame_age_s=stats.age_s, now_s=now_s))
        show_stats(stats)

    active = context.state.playing or context.state.signalling
    with panel:
        st.fragment(watch, run_every=1.0 if active else None)()
        score = choose_score(key="live_min_score")
        mirrored = st.toggle("Mirror", value=True, key="live_mirror", help="Show yourself as in a mirror.")
    video.configure(min_score=score, mirrored=mirrored)


def show_notice(notice: Notice) -> None:
    st.html(
        f'<p class="mc-state" role="status" data-tone="{notice.tone}"><i></i><span><strong>{escape(notice.title)}'
        f"</strong>{escape(notice.advice)}</span></p>"
    )
    if notice.offer_snapshot:
        offer("Take snapshots instead", SNAPSHOT, icon=":material/photo_camera:")
    if notice.offer_picture:
        offer("Choose a picture instead", PICTURE, icon=":material/image:")


def offer(label: str, source: str, *, icon: str) -> None:
    if st.button(label, icon=icon, on_click=switch_to, args=(source,)):
        st.rerun()  # the whole page: by itself a click here runs the panel alone


def switch_to(source: str) -> None:
    st.session_state["live_source"] = source


def show_stats(stats: LiveStats) -> None:
    if stats.trouble is not None:
        show_error(stats.trouble)
    st.html('<p class="mc-heading">In the picture</p>')
    show_counts(stats.summary)
    seen = stats.summary is not None
    facts = {
        "Frames a second": f"{stats.frames_per_s:.1f}" if seen else "–",
        "Time for a frame": f"{stats.latency_ms:.0f} ms" if seen else "–",
        "Frames passed over": f"{stats.dropped}" if seen else "–",
        "Camera picture": f"{stats.size[0]} × {stats.size[1]}" if stats.size else "–",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())
    st.html(f'<p class="mc-heading">Speed</p><dl class="mc-facts">{rows}</dl>')


def show_single(source: str) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        if source == SNAPSHOT:
            sent = st.camera_input("Take a snapshot", key="snapshot", label_visibility="collapsed")
        else:
            sent = st.file_uploader(
                "Drop a picture here, or choose one", type=TYPES, key="live_picture", max_upload_size=upload_limit_mb()
            )
        options = Options(min_score=choose_score(key="live_min_score"))
    with right:
        if sent is None:
            st.html('<p class="mc-note">The picture with its faces marked appears here.</p>')
        else:
            seen = show_picture(sent.getvalue(), "Snapshot" if source == SNAPSHOT else sent.name, options)
            show_counts(seen.result.summary if seen.result else None)


with whole_page():
    st.title("Live", anchor=False)
    source = choose_source()
    if source == LIVE:
        show_live()
    else:
        show_single(source)
    st.html('<p class="mc-note">Frames go to this server only, are looked at and forgotten. Nothing is recorded.</p>')
