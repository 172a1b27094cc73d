"""A browser that takes frames slowly gets the newest; no queue grows on the way to it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from fractions import Fraction
from types import SimpleNamespace

import av
import pytest
import streamlit_webrtc.relay
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from pages.ui.relay import NewestRelay, keep_newest

FRAMES = 50


def make_frame(number: int) -> av.VideoFrame:
    frame = av.VideoFrame(16, 16, "yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, 30)
    return frame


class Counting(MediaStreamTrack):
    """Frames 0 to FRAMES - 1 as fast as they are taken, then none."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    async def recv(self) -> av.VideoFrame:
        if self.given == FRAMES:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        self.given += 1
        return make_frame(self.given - 1)


async def second_frame(relay: MediaRelay) -> int:
    """Which frame comes to who takes one, and the next after all have come."""
    source = Counting()
    sent = relay.subscribe(relay.subscribe(source))  # twice, as the video component does
    await sent.recv()
    while source.given < FRAMES:
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    return (await sent.recv()).pts


def test_who_takes_frames_slowly_gets_the_newest() -> None:
    assert asyncio.run(second_frame(MediaRelay())) == 1, "no longer needed"
    assert asyncio.run(second_frame(NewestRelay())) == FRAMES - 1


async def taken_from_browser(relay: MediaRelay) -> list[int]:
    track = RemoteStreamTrack("video")
    received = relay.subscribe(track)
    await asyncio.gather(*(track._queue.put(make_frame(number)) for number in range(3)))
    return [(await received.recv()).pts for _ in range(3)]


def test_frames_of_the_browser_all_come_to_be_counted() -> None:
    assert asyncio.run(taken_from_browser(NewestRelay())) == [0, 1, 2]


def test_the_video_component_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamlit_webrtc.relay, "MediaRelay", MediaRelay)
    runtime = SimpleNamespace(instance=SimpleNamespace)
    monkeypatch.setattr(streamlit_webrtc.relay, "Runtime", runtime)
    with closing(asyncio.new_event_loop()) as loop:
        monkeypatch.setattr(streamlit_webrtc.relay, "get_global_event_loop", lambda: loop)

        keep_newest()

        assert isinstance(streamlit_webrtc.relay.get_global_relay(), NewestRelay)
