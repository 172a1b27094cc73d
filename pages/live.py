"""Live: a camera with everybody marked, counted once and kept in view; snapshots where live video does not work."""

from __future__ import annotations

import time
from dataclasses import replace

import streamlit as st
from streamlit_webrtc.webrtc import SignallingTimeoutError

from maskcore.settings import get_settings
from maskcore.tracking.zones import Line, Zone
from maskcore.video.camera import CameraState
from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo
from pages.ui.alarm import sound_alarm
from pages.ui.camera_check import check_camera
from pages.ui.connection import Connection, Phase
from pages.ui.detector import shared_detectors
from pages.ui.entry import whole_page
from pages.ui.facing import choose_facing
from pages.ui.keeping import choose_keeping
from pages.ui.live_choices import choose
from pages.ui.live_collecting import choose_collecting, say_collecting
from pages.ui.live_panel import show_alerts, show_newest_alert, show_notice, show_state, show_stats
from pages.ui.live_players import play_browser, play_network
from pages.ui.live_video import BrowserVideo, network_video
from pages.ui.notices import Camera
from pages.ui.quiet_player import quiet_player
from pages.ui.single_picture import show_dropped, show_snapshot
from pages.ui.watched import Watched, is_searching
from pages.ui.zone_editor import edit_zones
from pages.ui.zone_files import save_zones
from training.data.review.collect import Collector

LIVE, SNAPSHOT, PICTURE = "Live video", "Snapshot", "Picture"


def choose_source() -> str:
    arrives = "live_source" not in st.session_state  # widgets of a page that was left are forgotten
    source = st.segmented_control(
        "Source", [LIVE, *get_settings().cameras, SNAPSHOT, PICTURE], default=LIVE, required=True, key="live_source",
        label_visibility="collapsed",
    )  # fmt: skip
    for name in (LIVE, *get_settings().cameras):
        watched = st.session_state.get(f"watched_{name}")
        if watched is not None and (arrives or name != source):
            watched.connection = Connection()  # it ended as it was left, and nobody lost it
    return source


def show_live(source: str) -> None:
    if f"watched_{source}" not in st.session_state:
        st.session_state[f"watched_{source}"] = open_source(source)
    watched = st.session_state[f"watched_{source}"]
    watched.heed_others()
    key = "live" if source == LIVE else f"live_{source}"
    choices_key = f"{key}.{watched.edition}" if watched.edition else key
    stage, panel = st.columns([2, 1], gap="medium")
    with stage:
        quiet_player()
        try:
            wanted = watched.connection.wanted
            context = play_browser(watched.live, wanted) if source == LIVE else play_network(source, wanted)
        except SignallingTimeoutError:
            st.rerun()  # a busy server: the browser still waits for its answer
        camera = check_camera() if source == LIVE else Camera.READY
        active = context.state.playing or context.state.signalling or source != LIVE or watched.connection.wanted
    with panel:
        st.fragment(watch, run_every=1.0 if active else None)(source, watched, context, camera)
        choose_keeping(watched.live, camera="Browser" if source == LIVE else source, key=f"{choices_key}_keep")
        watched.live.looker = choose_collecting(watched.live.looker, own=source == LIVE)
    left, right = st.columns(2, gap="medium")
    with left:
        choices = choose(watched.live.choices, key=choices_key)
        if source == LIVE:
            choose_facing(disabled=context.state.playing or context.state.signalling)
    with right:
        zones, lines = draw_zones(watched.live, active=active, key=f"{key}_zones")
    drawn = (zones, lines) != (watched.live.choices.zones, watched.live.choices.lines)
    watched.live.configure(replace(choices, zones=zones, lines=lines))
    watched.show()
    if drawn and source != LIVE:
        save_zones(source, (zones, lines))


def open_source(source: str) -> Watched:
    if source != LIVE:
        return Watched(network_video(source).live, Connection())
    live = BrowserVideo(shared_detectors())
    live.configure(Choices(min_score=get_settings().min_score, mirrored=True))
    return Watched(live, Connection())


def watch(source: str, watched: Watched, context, camera: Camera) -> None:
    """What is said beside the video, once a second."""
    now_s, connection = time.monotonic(), watched.connection
    wanted = connection.wanted
    own = source == LIVE
    begins = connection.observe(
        playing=context.state.playing,
        signalling=context.state.signalling,
        searching=is_searching(context),
        silent_s=watched.silent_s(now_s) if own else 0.0,
        now_s=now_s,
    )
    if own and begins:
        watched.live.reset()
        if isinstance(watched.live.looker, Collector):
            watched.live.looker.begin()
    stats = watched.live.stats()
    silent_s = watched.silent_s(now_s) if own else 0.0  # a camera of the network sends its pictures past the browser
    connection.hear(stats.pace, silent_s=silent_s, covered=own and watched.live.covered, now_s=now_s)
    if connection.wanted is not wanted or watched.others_chose:
        st.rerun()  # the whole page: it tells the component, and shows the choices
    show_newest_alert(stats.alerts)
    in_trouble = not own and show_camera_trouble(source)
    notice = connection.notice(camera=camera, now_s=now_s)
    if not own and connection.phase is Phase.STOPPED:
        show_state("idle", "Not shown here", "Press Start to see it. People are counted whether somebody looks or not.")
    elif not (in_trouble and connection.phase is Phase.RUNNING):  # its last picture stands still
        show_notice(notice)
    if notice.offer_again and st.button("Try again", icon=":material/refresh:"):
        connection.begin_anew(now_s)
        st.rerun()
    if notice.offer_snapshot:
        offer("Take snapshots instead", SNAPSHOT, icon=":material/photo_camera:")
    if notice.offer_picture:
        offer("Choose a picture instead", PICTURE, icon=":material/image:")
    show_stats(stats)
    show_alerts(stats.alerts)
    sound = st.toggle("Sound with alerts", value=True, key="live_sound", help="A short tone in this browser.")
    sound_alarm(stats.alerts_fired, sound=sound)


def show_camera_trouble(source: str) -> bool:
    """Tell why a camera of the network gives no picture; whether that is so."""
    status = network_video(source).camera.status
    if status.state is CameraState.LOST:
        so_far = "once" if status.tries == 1 else f"{status.tries} times"
        again = f"It is tried again by itself, {so_far} so far."
        show_state("bad", f"No picture from {source}", f"{status.reason.capitalize()}. {again}")
    elif status.state is CameraState.CONNECTING:
        show_state("wait", f"Connecting to {source}", "The camera is asked for its picture.")
    return status.state is not CameraState.RUNNING


def draw_zones(live: LiveVideo, *, active: bool, key: str) -> tuple[tuple[Zone, ...], tuple[Line, ...]]:
    with st.expander("Areas and lines"):
        st.html(
            '<p class="mc-note">Draw an area, and only people inside it count. Draw a line, and it is counted who '
            "crosses it, in and out.</p>"
        )
        if active:
            st.button("Take the newest picture", icon=":material/refresh:", key=f"{key}_picture")
        return edit_zones(live.newest_picture(), live.choices.zones, live.choices.lines, key=key)


def offer(label: str, source: str, *, icon: str) -> None:
    if st.button(label, icon=icon, on_click=switch_to, args=(source,)):
        st.rerun()  # the whole page: by itself a click here runs the panel alone


def switch_to(source: str) -> None:
    st.session_state["live_source"] = source


with whole_page():
    st.title("Live", anchor=False)
    source = choose_source()
    if source == SNAPSHOT:
        show_snapshot()
    elif source == PICTURE:
        show_dropped()
    else:
        show_live(source)
    say_collecting()
