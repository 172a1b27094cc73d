"""One video from frames to people, crossings and alerts."""

import numpy as np

from maskcore.tracking.alerts import WithoutMask
from maskcore.tracking.watch import Watch
from maskcore.tracking.zones import Line, Way, Zone
from maskcore.types import Label, Summary
from tests.factories import make_face, make_result
from tests.maskcore.tracking.simulate import Scene, run

LEFT_HALF = Zone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))


def see(watch, xs, *, start=0, **how):
    seen = []
    for number, x in enumerate(xs, start):
        result = make_result([make_face(box=(x, 100, x + 40, 150), **how)], size=(640, 480))
        seen.append(watch.see(result, at_s=number / 15))
    return seen


def test_only_people_inside_a_zone_count_and_it_is_told_which():
    watch = Watch(zones=[LEFT_HALF])
    assert see(watch, [400.0] * 10)[-1].result.faces == ()
    assert watch.people.summary == Summary()
    see(watch, [100.0] * 10, start=40)
    assert [person.zones for person in watch.people.here()] == [("left",)]


def test_a_crossing_is_told_in_its_frame_and_counted():
    watch = Watch(lines=[Line("door", (0.5, 1.0), (0.5, 0.0))])
    seen = see(watch, [200.0 + 10 * n for n in range(30)])
    crossed = [frame.crossed["door"] for frame in seen if frame.crossed["door"]]
    assert len(crossed) == 1 and list(crossed[0].values()) == [Way.IN]
    assert watch.crossings[0].counts == {Way.IN: 1}


def test_a_line_that_stays_keeps_its_count_when_another_is_drawn():
    door = Line("door", (0.5, 1.0), (0.5, 0.0))
    watch = Watch(lines=[door])
    see(watch, [200.0 + 10 * n for n in range(30)])
    watch.draw([], [door, Line("gate", (0.1, 0.0), (0.1, 1.0))])
    assert [crossings.counts.total() for crossings in watch.crossings] == [1, 0]


def test_boxes_stay_inside_the_picture():
    faces = [face for frame in see(Watch(), [620.0 + n for n in range(10)]) for face in frame.result.faces]
    assert all(face.box[2] <= 640 for face in faces)


def test_somebody_stays_the_same_while_the_video_changes_its_size():
    watch, last = Watch(), None
    for number in range(60):
        scale = (1.0, 0.5, 0.75)[number // 10 % 3]
        box = tuple(scale * value for value in (200.0 + 4 * number, 100.0, 280.0 + 4 * number, 200.0))
        result = make_result([make_face(box=box)], size=(round(640 * scale), round(480 * scale)))
        last = watch.see(result, at_s=number / 15).result.faces[0]
        assert np.allclose(last.box, box, atol=4)
    assert last.track == 1 and watch.people.summary.faces == 1


def test_nobody_is_counted_again_or_crosses_a_line_when_the_video_is_mirrored():
    watch = Watch(lines=[Line("door", (0.5, 1.0), (0.5, 0.0))])
    walk = [100.0 + 6 * n for n in range(20)]  # to x = 214, short of the door, and on
    before = see(watch, walk)[-1].result.faces[0]
    watch.mirror()
    after = see(watch, [640 - 40 - x for x in (220.0, 226.0, 232.0, 238.0)], start=20)[-1].result.faces[0]
    assert (after.track, watch.people.summary.faces, watch.crossings[0].counts) == (before.track, 1, {})
    see(watch, [640 - 40 - 238 - 6 * n for n in range(20)], start=24)
    assert watch.crossings[0].counts.total() == 1, "who crosses it now is counted"


def test_rules_are_asked():
    watch = Watch(rules=[WithoutMask(seconds=0.5)])
    alerts = [alert for frame in see(watch, [100.0] * 30, label=Label.NO_MASK) for alert in frame.alerts]
    assert len(alerts) == 1


def test_on_made_video_people_are_counted_and_labels_hold_still():
    outcomes = [run(Scene(), seed=seed) for seed in range(3)]
    for outcome in outcomes:
        assert abs(outcome.counted - outcome.people) <= 2
        assert outcome.right >= 0.8
        assert outcome.switches <= 6
        assert outcome.flips_after < outcome.flips_before / 25
        assert outcome.jitter_after < outcome.jitter_before
        assert abs(outcome.lag) < 0.02
