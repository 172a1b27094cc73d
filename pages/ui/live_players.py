"""The players of live video: one sends the browser's camera and shows it marked, one shows a camera of the network."""

from __future__ import annotations

import streamlit_webrtc
from streamlit_webrtc import WebRtcMode, WebRtcStreamerContext

from maskcore.settings import get_settings
from pages.ui.bitrate import be_generous
from pages.ui.facing import chosen_facing
from pages.ui.live_video import BrowserVideo, network_video
from pages.ui.relay import keep_newest

SMALL_VIDEO = {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}}
VIDEO_LOOK = {"autoPlay": True, "muted": True, "playsInline": True, "style": {"width": "100%", "borderRadius": "12px"}}
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


def play_browser(live: BrowserVideo, wanted: bool | None) -> WebRtcStreamerContext:
    """Show the player of the browser's camera.

    Args:
        live: Takes its frames.
        wanted: Whether it is to play; None leaves it to the visitor, and shows its buttons.
    """
    be_generous()
    keep_newest()
    side, facing = chosen_facing()
    return streamlit_webrtc.webrtc_streamer(
        key=f"live_stream_{side}", mode=WebRtcMode.SENDRECV, video_frame_callback=live.take,
        async_processing=False,  # or what nobody looked at is shown, bare faces too, until a frame is ready
        on_video_ended=live.finish,  # however it ends: by a stop, a loss, or as the visitor leaves the page
        rtc_configuration={"iceServers": get_settings().ice_servers},  # unset, the library asks a stranger's server
        media_stream_constraints={"video": SMALL_VIDEO | facing, "audio": False}, sendback_audio=False,
        translations=WORDS, video_html_attrs=VIDEO_LOOK, desired_playing_state=wanted,
    )  # fmt: skip


def play_network(name: str, wanted: bool | None) -> WebRtcStreamerContext:
    """Show the player of the camera of this name; `wanted` as of play_browser."""
    keep_newest()
    track = streamlit_webrtc.create_video_source_track(network_video(name).frame, key=f"live_track_{name}", fps=25)
    return streamlit_webrtc.webrtc_streamer(
        key=f"live_camera_{name}", mode=WebRtcMode.RECVONLY, source_video_track=track,
        rtc_configuration={"iceServers": get_settings().ice_servers}, media_stream_constraints={"video": True},
        translations=WORDS, video_html_attrs=VIDEO_LOOK, desired_playing_state=wanted,
    )  # fmt: skip
