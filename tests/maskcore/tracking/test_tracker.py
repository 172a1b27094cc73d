"""Faces keep their numbers, and what is told of them is steady."""

import numpy as np
import pytest

from maskcore.tracking.tracker import AHEAD_S, FAINT_S, LOST_S, Tracker
from maskcore.tracking.votes import LEAST_FRAMES, LEAST_S
from maskcore.types import Label, Uncertain
from tests.factories import make_face

FPS = 15


def walk(tracker, places, *, score=0.9, label=Label.MASK, start=0):
    """Send one face along places, a frame each; None: not found. Returns what was told of each frame."""
    told = []
    for number, x in enumerate(places, start):
        faces = [] if x is None else [make_face(box=(x, 100, x + 40, 150), score=score, label=label)]
        told.append(tracker.update(faces, at_s=number / FPS))
    return told


def test_a_walking_face_keeps_one_number():
    told = walk(Tracker(), np.arange(0, 400, 8.0))
    numbers = {face.track for frame in told[LEAST_FRAMES:] for face in frame.faces}
    assert len(numbers) == 1 and None not in numbers


def test_a_face_is_no_person_before_it_was_seen_some_times():
    told = walk(Tracker(), [10.0] * 4)
    assert [frame.faces[0].track for frame in told[: LEAST_FRAMES - 1]] == [None] * (LEAST_FRAMES - 1)
    assert told[0].faces[0].uncertain is Uncertain.EARLY
    assert told[-1].faces[0].track is not None and told[-1].faces[0].uncertain is None


def test_a_hidden_face_is_known_again_where_it_would_have_walked():
    places = [*np.arange(0, 160, 8.0), *[None] * 12, *np.arange(256, 320, 8.0)]
    told = walk(Tracker(), places)
    assert told[19].faces[0].track == told[-1].faces[0].track


def test_who_is_gone_is_told_once_and_their_number_never_comes_again():
    tracker = Tracker()
    told = walk(tracker, [*[50.0] * 6, *[None] * int(LOST_S * FPS + 3), *[50.0] * 6])
    ended = [number for frame in told for number in frame.ended]
    assert ended == [told[5].faces[0].track]
    assert told[-1].faces[0].track not in (None, *ended)


def test_a_false_alarm_of_one_frame_is_no_person_and_ends_as_none():
    told = walk(Tracker(), [50.0, *[None] * FPS * 3])
    assert all(frame.ended == () for frame in told)


def test_a_faint_face_carries_a_person_on_but_begins_none():
    tracker = Tracker(min_score=0.5)
    first = walk(tracker, [50.0] * 5)
    faint = walk(tracker, [50.0] * int(FAINT_S * FPS + 10), score=0.3, start=5)
    assert faint[5].faces[0].track == first[-1].faces[0].track
    assert faint[-1].faces == (), "nor for ever: a poster on the wall may look a little like a face all day"
    assert walk(Tracker(min_score=0.5), [50.0] * 9, score=0.3)[-1].faces == ()


def test_two_who_cross_keep_their_numbers():
    tracker, seen = Tracker(), []
    for number in range(60):
        right, left = 20 + number * 6, 380 - number * 6
        faces = [
            make_face(box=(right, 100, right + 40, 150), label=Label.MASK),
            make_face(box=(left, 110, left + 40, 160), label=Label.NO_MASK),
        ]
        told = tracker.update(faces, at_s=number / FPS).faces
        seen.append({face.label: face.track for face in told if face.track is not None})
    assert seen[10] == seen[-1] and len(seen[-1]) == 2


def test_boxes_stay_with_a_moving_head_and_rest_on_a_still_one():
    random = np.random.default_rng(0)
    raw, smooth = [], []
    for moving in (False, True):
        tracker = Tracker()
        for number in range(60):
            x = 50 + 7 * number * moving
            noisy = (np.array([x, 100, x + 40, 150]) + random.normal(0, 2, 4)).tolist()
            box = tracker.update([make_face(box=tuple(noisy))], at_s=number / FPS).faces[0].box
            if number > 10:
                raw.append(abs(noisy[0] - x))
                smooth.append(box[0] - x)
    still, moved = np.array_split(np.array(smooth), 2)
    assert np.abs(still).mean() < 0.7 * np.mean(raw)
    assert abs(moved.mean()) < 1.5, "pixels behind or before a head that moves 7 pixels a frame"


@pytest.mark.parametrize("count", [0, 1, 100])
def test_any_number_of_faces(count):
    faces = [
        make_face(box=(40.0 * (i % 12), 50.0 * (i // 12), 40.0 * (i % 12) + 30, 50.0 * (i // 12) + 40))
        for i in range(count)
    ]
    tracker = Tracker()
    for number in range(5):
        told = tracker.update(faces, at_s=number / FPS)
    assert len({face.track for face in told.faces}) == count


def test_after_a_long_pause_nothing_is_guessed():
    tracker = Tracker()
    walk(tracker, np.arange(0, 80, 8.0))
    told = tracker.update([make_face(box=(90, 100, 130, 150))], at_s=3600.0)
    assert len(told.ended) <= 1 and np.isfinite(told.faces[0].box).all()


def test_who_stands_there_when_a_camera_comes_back_is_somebody_else():
    tracker = Tracker()
    evening = walk(tracker, [50.0] * 5)[-1].faces[0].track
    told = walk(tracker, [50.0] * 5, start=14 * 3600 * FPS)
    assert told[0].ended == (evening,)
    assert told[-1].faces[0].track not in (None, evening)


def test_on_a_slow_machine_a_person_stays_the_same_from_look_to_look():
    tracker = Tracker()
    told = [tracker.update([make_face(box=(50, 100, 90, 150))], at_s=4.0 * number) for number in range(6)]
    assert told[3].faces[0].track == told[5].faces[0].track is not None
    assert all(frame.ended == () for frame in told)


@pytest.mark.parametrize("looks_per_s", [1.0, 2.0])
def test_a_slow_machine_still_counts_who_walks_by(looks_per_s):
    tracker, at_s = Tracker(), np.arange(0, 3.1, 1 / looks_per_s)
    told = [tracker.update([make_face(box=(75 * s, 100, 75 * s + 50, 160), label=Label.MASK)], at_s=s) for s in at_s]
    last = [frame.faces[0] for frame in told[-2:]]
    assert last[0].track == last[1].track is not None, "a face and a half a second is a walk"
    assert last[1].label is Label.MASK and last[1].uncertain is None


def test_two_looks_are_a_person_only_where_they_lie_apart():
    for gap_s, known in ((LEAST_S / 2, False), (LEAST_S, True)):
        tracker = Tracker()
        told = [tracker.update([make_face(box=(50, 100, 90, 150))], at_s=at_s) for at_s in (0.0, gap_s)]
        assert (told[1].faces[0].track is not None) is known
        assert (told[1].faces[0].uncertain is Uncertain.EARLY) is not known


def test_a_head_is_foretold_where_it_walks_to_but_not_for_ever_and_nothing_changes():
    tracker = Tracker()
    told = walk(tracker, np.arange(0, 240, 8.0))
    (last,), at_s = told[-1].faces, 29 / FPS
    speed = 8 * FPS

    (soon,) = tracker.foretell(at_s=at_s + 0.1)
    (late,) = tracker.foretell(at_s=at_s + 0.9)

    assert soon.box[0] - last.box[0] == pytest.approx(0.1 * speed, rel=0.15)
    assert late.box[0] - last.box[0] == pytest.approx(AHEAD_S * speed, rel=0.15)
    assert (soon.track, soon.label) == (last.track, last.label)
    assert tracker.foretell(at_s=at_s) == (last,)
    assert tracker.foretell(at_s=at_s + 2) == ()
    after, plain = walk(tracker, [240.0], start=30), Tracker()
    assert after == walk(plain, np.arange(0, 248, 8.0))[-1:]


def test_nobody_is_foretold_who_is_not_seen_now():
    tracker = Tracker()
    assert tracker.foretell(at_s=1) == ()
    walk(tracker, [50.0] * 5)
    walk(tracker, [None], start=5)
    assert tracker.foretell(at_s=6 / FPS) == ()
