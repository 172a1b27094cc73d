"""Frames of the browser's camera and of cameras that all visitors share."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from maskcore.privacy import Blur, blur_picture
from maskcore.types import Face, FrameResult
from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo
from pages.ui.live_video import PATIENCE_S, WAITING_SIZE_WH, BrowserVideo, NetworkVideo
from tests.factories import FakeDetector, make_face, make_picture
from tests.waiting import wait_until

FACES = [make_face(box=(10.0, 60.0, 60.0, 120.0))]


def make_frame(size: tuple[int, int] = (320, 240)) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(make_picture(size), format="bgr24")


def pixels(frame: av.VideoFrame) -> np.ndarray:
    return frame.to_ndarray(format="bgr24")


def is_empty(frame: av.VideoFrame) -> bool:
    return bool(np.ptp(pixels(frame)) == 0)


class SlowDetector(FakeDetector):
    """Looks at a frame for as long as it is told to wait."""

    def __init__(self, faces: list[Face]) -> None:
        super().__init__(faces)
        self.may_answer = threading.Event()

    def detect(self, *args: Any, **options: Any) -> FrameResult:
        assert self.may_answer.wait(10)
        return super().detect(*args, **options)


def show(video: BrowserVideo, *, taken_s: float | None = None) -> np.ndarray:
    return video.show(make_picture(), taken_s=taken_s, passed_over=0)


def test_a_frame_is_taken_at_once_and_the_newest_marked_one_given_for_it() -> None:
    slow = SlowDetector(FACES)
    video = BrowserVideo(lambda: slow)

    assert is_empty(video.take(make_frame())), "or the bare frame would be shown"
    slow.may_answer.set()
    wait_until(lambda: not is_empty(video.take(make_frame())))  # bare: it was foretold while the first look took long
    wait_until(lambda: 0.001 < (pixels(video.take(make_frame())) != make_picture()).mean() < 0.5)
    given = video.take(make_frame())
    assert given is not video.take(make_frame()), "each has a time of its own"


def test_of_waiting_frames_the_newest_is_looked_at_and_the_others_are_dropped() -> None:
    slow = SlowDetector(FACES)
    video = BrowserVideo(lambda: slow)
    video.configure(Choices(blur=Blur.ALL))  # each frame waits for its own look
    video.take(make_frame())
    wait_until(lambda: video.stats().pace.working_s is not None)

    for size in ((64, 48), (64, 48), (320, 240)):
        video.take(make_frame(size))
    slow.may_answer.set()

    wait_until(lambda: len(slow.calls) == 2 and video.stats().dropped)
    assert (slow.calls[1]["size"], video.stats().dropped) == ((320, 240), 2)


@pytest.mark.parametrize("blur", [None, Blur.ALL])
def test_a_new_stream_shows_nothing_of_the_last_one(blur: Blur | None) -> None:
    video = BrowserVideo(lambda: FakeDetector(FACES))
    video.configure(Choices(blur=blur))
    wait_until(lambda: not is_empty(video.take(make_frame())))

    video.finish()

    assert is_empty(video.take(make_frame()))


def test_when_faces_shall_be_blurred_no_picture_stays_that_shows_them() -> None:
    slow = SlowDetector(FACES)
    slow.may_answer.set()
    own, door = BrowserVideo(lambda: slow), NetworkVideo(LiveVideo(lambda: FakeDetector(FACES)))
    door.look(make_picture(), 0.0, 0)
    wait_until(lambda: not is_empty(own.take(make_frame())))
    slow.may_answer.clear()

    for live in (own, door.live):
        live.configure(Choices(blur=Blur.ALL))
        assert live.newest_picture() is None
    assert is_empty(own.take(make_frame()))
    assert is_empty(door.frame(0, Fraction(1, 90000)))
    slow.may_answer.set()


def test_a_frame_does_not_wait_for_a_slow_look_and_people_stay_marked() -> None:
    slow = SlowDetector(FACES)
    video, bare = BrowserVideo(lambda: slow), make_picture()

    # by the camera's clock, however busy the machine is: nobody is foretold for long
    assert (show(video, taken_s=0.0) == bare).all(), "nobody is known yet"
    assert (show(video, taken_s=0.03) == bare).all()
    slow.may_answer.set()
    wait_until(lambda: video.stats().summary is not None, most_s=10)
    assert len(slow.calls) == 1, "a frame that came during a look is not looked at"

    slow.may_answer.clear()
    assert (show(video, taken_s=0.06) != bare).any(), "shown by where its people will be"
    slow.may_answer.set()


def test_a_frame_after_a_pause_waits_for_its_own_faces() -> None:
    slow = SlowDetector(FACES)
    video, bare = BrowserVideo(lambda: slow), make_picture()
    threading.Timer(3 * PATIENCE_S, slow.may_answer.set).start()

    assert (show(video) != bare).any(), "what was seen before is too old to foretell anything"


def test_where_faces_are_blurred_no_frame_is_shown_that_was_not_looked_at() -> None:
    slow = SlowDetector(FACES)
    video, bare = BrowserVideo(lambda: slow), make_picture()
    video.configure(Choices(blur=Blur.ALL))
    threading.Timer(5 * PATIENCE_S, slow.may_answer.set).start()

    shown = show(video)

    assert len(slow.calls) == 1
    assert (shown != bare).any()


def test_where_faces_are_blurred_a_look_that_takes_too_long_shows_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.ui.live_video.LONGEST_S", 0.05)
    slow = SlowDetector(FACES)
    video = BrowserVideo(lambda: slow)
    video.configure(Choices(blur=Blur.ALL))

    for _ in range(2):
        assert (show(video) == blur_picture(make_picture())).mean() > 0.9
        assert video.covered
    slow.may_answer.set()
    wait_until(lambda: (show(video) != blur_picture(make_picture())).any())
    assert not video.covered


def test_what_goes_wrong_in_a_look_that_nobody_waited_for_is_told_and_the_video_goes_on() -> None:
    slow = SlowDetector(FACES)
    video = BrowserVideo(lambda: slow)
    show(video)
    slow.faces = None  # an answer that cannot be worked with
    slow.may_answer.set()
    wait_until(lambda: "A fault of the program: TypeError" in str(video.stats().trouble))

    slow.faces = FACES
    wait_until(lambda: show(video) is not None and video.stats().summary is not None)
    assert video.stats().trouble is None


def test_whoever_watches_a_network_camera_gets_its_newest_marked_picture() -> None:
    video = NetworkVideo(LiveVideo(lambda: FakeDetector(FACES)))
    waiting = video.frame(0, Fraction(1, 90000))
    assert (waiting.width, waiting.height) == WAITING_SIZE_WH

    video.look(make_picture(), 0.0, 0)
    frame = video.frame(3000, Fraction(1, 90000))

    assert frame.pts == 3000
    assert (pixels(frame) != make_picture()).any()
