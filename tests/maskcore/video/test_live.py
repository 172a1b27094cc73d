"""Live video follows the visitor's choices, tells what it saw, and stays up when the model is in trouble."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from maskcore.errors import ModelMissingError
from maskcore.imaging import decode_image
from maskcore.modes import Mode
from maskcore.privacy import Blur, blur_picture
from maskcore.tracking.tracker import LOW_SCORE
from maskcore.tracking.votes import LEAST_FRAMES
from maskcore.tracking.zones import Line, Zone
from maskcore.types import FrameResult, Label, Summary
from maskcore.video.choices import Choices
from maskcore.video.live import LiveVideo
from maskcore.video.speed import Pace
from maskcore.video.told import Moment
from tests.factories import FakeDetector, make_face, make_picture

RIGHT = Zone("right", ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))


@pytest.fixture
def fake() -> FakeDetector:
    return FakeDetector([make_face(box=(10.0, 60.0, 60.0, 120.0))])


@pytest.fixture
def video(fake: FakeDetector) -> LiveVideo:
    return LiveVideo(lambda: fake)


def play(video: LiveVideo, frames: int = LEAST_FRAMES + 1) -> np.ndarray:
    for _ in range(frames):
        marked = video.mark(make_picture())
    return marked


def test_a_frame_comes_back_marked_and_the_original_is_untouched(video: LiveVideo) -> None:
    picture = make_picture()
    assert (video.mark(picture, passed_over=2) != picture).any()
    assert (picture == make_picture()).all()
    assert video.stats().dropped == 2


def test_a_frame_of_another_size_in_mid_stream_is_no_trouble(video: LiveVideo) -> None:
    video.mark(make_picture((640, 480)))
    video.mark(make_picture((480, 360)))
    assert video.stats().size == (480, 360)


def test_the_next_frame_follows_the_choices(video: LiveVideo, fake: FakeDetector) -> None:
    play(video)
    assert video.stats().summary.faces == 1
    video.configure(Choices(min_score=0.99, input_size=Mode.FAST))
    video.reset()
    play(video)
    assert video.stats().summary.faces == 0
    assert fake.calls[-1]["input_size"] is Mode.FAST
    assert {call["min_score"] for call in fake.calls} == {LOW_SCORE}, "faint faces carry people on"


def test_mirrored_video_is_turned_before_it_is_looked_at(video: LiveVideo) -> None:
    video.configure(Choices(mirrored=True))
    changed = (video.mark(make_picture()) != make_picture()[:, ::-1]).any(axis=(0, 2))
    assert changed[10:60].any() and not changed[200:].any(), "words and zones stand as they are seen"


def test_who_stands_there_is_the_same_person_when_the_video_is_mirrored(video: LiveVideo, fake: FakeDetector) -> None:
    play(video)
    video.configure(Choices(mirrored=True))
    fake.faces = (make_face(box=(260.0, 60.0, 310.0, 120.0)),)  # of 320 pixels
    play(video)
    assert video.stats().people.faces == 1


def test_of_a_frame_that_was_begun_before_faces_are_blurred_nothing_bare_is_kept(fake: FakeDetector) -> None:
    def choose_blur_meanwhile() -> FakeDetector:
        video.configure(Choices(blur=Blur.ALL))
        return fake

    looked: list[Any] = []
    video = LiveVideo(choose_blur_meanwhile)
    video.looker = lambda *seen: looked.append(seen)
    video.mark(make_picture())
    assert video.newest_picture() is None and not looked
    play(video)
    assert video.newest_picture() is not None


def test_a_person_counts_once(video: LiveVideo) -> None:
    assert video.stats().summary is None and video.stats().pace == Pace()
    play(video, 20)
    stats = video.stats()
    assert stats.people == Summary(faces=1, mask=1)
    assert stats.pace.frames_per_s > 0 and stats.pace.latency_ms > 0 and 0 <= stats.pace.age_s < 5


def test_only_people_in_the_zone_count(video: LiveVideo) -> None:
    video.configure(Choices(zones=(RIGHT,)))
    play(video, 10)
    assert video.stats().people == Summary()


def test_zones_and_lines_are_drawn_and_counted_by_name(video: LiveVideo) -> None:
    bare = play(video)
    video.configure(Choices(zones=(RIGHT,), lines=(Line("door", (0.8, 0.2), (0.8, 0.9)),)))
    drawn = video.mark(make_picture())
    assert (drawn[:, 200:] != bare[:, 200:]).any()
    assert video.stats().crossings == {"door": {}}


def test_a_new_start_forgets_the_last(video: LiveVideo) -> None:
    play(video)
    video.reset()
    stats = video.stats()
    assert (stats.summary, stats.people, stats.dropped) == (None, Summary(), 0)
    assert video.newest_picture() is None


def test_who_was_seen_before_a_late_start_was_told_is_kept_once(video: LiveVideo) -> None:
    moments: list[Moment] = []
    video.listener = moments.append
    play(video)
    video.reset()
    play(video)
    video.finish()
    assert [len(moment.ended) for moment in moments] == [1]


def test_who_is_here_when_the_stream_ends_is_told_as_gone(video: LiveVideo) -> None:
    moments: list[Moment] = []
    video.listener = moments.append
    play(video)
    video.finish()
    video.finish()
    ((person, first_at, last_at),) = [each for moment in moments for each in moment.ended]
    assert person.label is Label.MASK
    assert video.stats().pace.age_s is not None, "when the last picture came tells a stop from a loss"
    assert first_at <= last_at and first_at.tzinfo is not None


def test_the_counts_of_a_stream_stay_after_its_end(video: LiveVideo) -> None:
    play(video)
    video.finish()
    stats = video.stats()
    assert (stats.summary, stats.size, stats.people) == (None, None, Summary(faces=1, mask=1))


def seen_pictures(video: LiveVideo, *choices: Choices) -> list[np.ndarray]:
    """The pictures told of who was there for some frames with each of the choices."""
    moments: list[Moment] = []
    video.listener = moments.append
    noisy = np.random.default_rng(0).integers(0, 255, make_picture().shape, np.uint8)
    for each in choices:
        video.configure(each)
        for _ in range(LEAST_FRAMES + 1):
            video.mark(noisy)
    video.finish()
    jpegs = [jpeg for moment in moments for jpeg in moment.pictures.values()]
    return [decode_image(jpeg, max_mb=1, max_megapixels=1).astype(int) for jpeg in jpegs]


def test_a_picture_of_a_person_is_told_only_where_it_is_wanted(video: LiveVideo) -> None:
    assert seen_pictures(video, Choices()) == []
    video.reset()
    video.keeps_pictures = True
    (picture,) = seen_pictures(video, Choices())
    assert picture.shape[:2] == (90, 72) and picture.std() > 30, "the face of 50×60 and a quarter of it, to the edge"


@pytest.mark.parametrize("before", [(), (Choices(),)], ids=["from the start", "later"])
def test_a_picture_of_a_person_is_blurred_where_faces_are(video: LiveVideo, before: tuple[Choices, ...]) -> None:
    video.keeps_pictures = True
    (picture,) = seen_pictures(video, *before, Choices(blur=Blur.ALL))
    assert picture[30:60, 24:48].std() < 25


def test_an_alert_is_told_once_with_a_picture_of_what_was_shown(fake: FakeDetector) -> None:
    fake.faces = [make_face(box=(10.0, 60.0, 60.0, 120.0), label=Label.NO_MASK)]
    moments: list[Moment] = []
    video = LiveVideo(lambda: fake, listener=moments.append)
    video.configure(Choices(without_mask_s=0.0))
    play(video, 12)
    stats = video.stats()
    assert stats.alerts_fired == len(stats.alerts) == len(moments) == 1
    assert moments[0].alerts == stats.alerts
    picture = decode_image(stats.alerts[0].picture_jpeg, max_mb=1, max_megapixels=1)
    assert picture.shape == make_picture().shape


def test_blurred_faces_are_blurred_in_everything_that_leaves(video: LiveVideo) -> None:
    def inner(picture: np.ndarray) -> np.ndarray:
        return picture[75:105, 25:45].astype(int)

    random = np.random.default_rng(0)
    noisy = random.integers(0, 255, make_picture().shape, np.uint8)
    assert inner(video.mark(noisy)).std() > 50
    video.configure(Choices(blur=Blur.ALL))
    assert inner(video.mark(noisy)).std() < 40
    assert inner(video.newest_picture()).std() < 40


def test_trouble_with_the_model_shows_the_bare_picture_and_is_told(video: LiveVideo, fake: FakeDetector) -> None:
    fake.fail_with = ModelMissingError("gone")
    assert (video.mark(make_picture()) == make_picture()).all()
    assert isinstance(video.stats().trouble, ModelMissingError)

    fake.fail_with = None
    video.mark(make_picture())
    assert video.stats().trouble is None


def test_a_fault_of_the_program_is_told_and_logged_once_and_the_video_goes_on(
    video: LiveVideo, fake: FakeDetector, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fail_with = IndexError("no such face")
    play(video)
    assert "A fault of the program: IndexError('no such face')" in str(video.stats().trouble)
    assert len(caplog.records) == 1

    fake.fail_with = None
    play(video)
    assert video.stats().people.faces == 1


def test_where_faces_are_blurred_a_frame_that_cannot_be_looked_at_shows_nobody(
    video: LiveVideo, fake: FakeDetector
) -> None:
    fake.fail_with = ModelMissingError("gone")
    video.configure(Choices(blur=Blur.EXCEPT_NO_MASK))
    assert (video.mark(make_picture()) == blur_picture(make_picture())).all()


def test_a_look_that_outlasts_its_stream_counts_nobody_and_spoils_no_other(
    video: LiveVideo, fake: FakeDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments: list[Moment] = []
    video.listener = moments.append
    play(video)

    def end_meanwhile(*args: Any, **options: Any) -> FrameResult:
        video.finish()
        video.reset()
        return FakeDetector.detect(fake, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(fake, "detect", end_meanwhile)
        video.mark(make_picture())
    assert video.stats().summary is None, "the next stream has no frame yet"
    video.finish()
    assert [len(moment.ended) for moment in moments] == [1], "told once, by the end of the stream"
    play(video)
    assert video.stats().people.faces == 1


def test_people_move_by_the_times_of_the_stream_and_a_clock_that_jumps_is_mended(video: LiveVideo) -> None:
    moments: list[Moment] = []
    video.listener = moments.append
    for number in (*range(1000, 1010), *range(50_000, 50_010)):
        video.mark(make_picture(), taken_s=number / 10)
    video.finish()
    ((_, first_at, last_at),) = moments[0].ended
    assert 0.6 < (last_at - first_at).total_seconds() < 3


def test_a_foretold_frame_shows_the_people_and_counts_nobody(video: LiveVideo) -> None:
    video.configure(Choices(zones=(RIGHT,)))
    outside = play(video)
    assert (video.foretell(make_picture()) == outside).all(), "whoever is outside the zone is not marked here either"
    video.configure(Choices())
    play(video, 1)
    before = video.stats()

    assert (video.foretell(make_picture()) != make_picture()).any()
    assert video.stats().people == before.people
