"""The order of review, and a set of what was accepted that every reader opens."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from maskcore.types import Face, Label, Uncertain
from tests.factories import make_face, make_picture
from tests.training.data.drawn import boxes, draw_scene
from training.data import load_sources, read
from training.data.notes import Notes, load_notes
from training.data.review.collect import A_MINUTE, Collector, collect
from training.data.review.cut import whole
from training.data.review.merge import merge
from training.data.review.order import in_order
from training.data.review.queue import ReviewQueue
from training.errors import DataError

NOTES = Notes("not to be passed on", "visitors")


@pytest.fixture
def queue(tmp_path: Path) -> ReviewQueue:
    return ReviewQueue(tmp_path / "review", max_mb=10, keep_days=90)


def scene(number: int) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(draw_scene(number))[..., ::-1])


def give(queue: ReviewQueue, image_bgr: np.ndarray, probability: float) -> str:
    shares = {Label.MASK: probability, Label.NO_MASK: 1 - probability, Label.INCORRECT: 0.0}
    kept = whole(image_bgr, (make_face(probabilities=shares),), {0: Label.NO_MASK})
    return queue.give(*kept, by_visitor=True).id


def test_the_least_certain_come_first_and_look_alikes_after_all_others(queue: ReviewQueue) -> None:
    unsure, alike = give(queue, scene(1), 0.5), give(queue, cv2.GaussianBlur(scene(1), (3, 3), 0), 0.6)
    sure, middle = give(queue, scene(2), 0.99), give(queue, scene(3), 0.7)
    assert [item.id for item in in_order(queue.items(), queue)] == [unsure, middle, sure, alike]


def test_an_empty_queue_has_an_order(queue: ReviewQueue) -> None:
    assert in_order(queue.items(), queue) == []


def test_accepted_pictures_become_a_set_with_terms_and_leave_the_queue(queue: ReviewQueue, tmp_path: Path) -> None:
    right, wrong = make_face(), make_face(box=(80.0, 20.0, 120.0, 80.0), label=Label.NO_MASK)
    queue.give(*whole(scene(1), (right, wrong), {1: Label.INCORRECT}), by_visitor=True)
    queue.give(*whole(scene(2), (right,), {0: None}), by_visitor=True)

    assert merge(queue.items(), queue, tmp_path / "sets/new", notes=NOTES) == 2

    found = read(tmp_path / "sets/new")
    assert found.problems == [] and queue.items() == []
    table = found.table.sort_values("x1", ignore_index=True)
    assert table["label"].tolist() == ["mask", "incorrect", None], "a face that is none leaves a picture without"
    assert boxes(table)[:2] == [list(right.box), list(wrong.box)]
    assert load_notes(tmp_path / "sets/new") == NOTES
    assert len(load_sources(tmp_path / "sets", cache=tmp_path / "cache").table) == 3, "training opens it"


def test_a_set_of_that_name_is_not_written_over(queue: ReviewQueue, tmp_path: Path) -> None:
    give(queue, scene(1), 0.5)
    (tmp_path / "old").mkdir()
    with pytest.raises(DataError, match="a data set called old already"):
        merge(queue.items(), queue, tmp_path / "old", notes=NOTES)
    with pytest.raises(DataError, match="Accept some first"):
        merge([], queue, tmp_path / "new", notes=NOTES)
    assert len(queue.items()) == 1


def unsure(track: int, *, why: Uncertain | None = Uncertain.UNSURE) -> Face:
    left = 10.0 + 45 * track
    return make_face(box=(left, 20.0, left + 30, 60.0), uncertain=why, track=track)


def test_a_certain_a_tiny_and_a_new_face_are_not_collected(queue: ReviewQueue) -> None:
    tiny = make_face(box=(5.0, 5.0, 15.0, 25.0), uncertain=Uncertain.SMALL)
    faces = (unsure(1), make_face(), tiny, unsure(3, why=Uncertain.EARLY))
    assert len(collect(make_picture(), faces, queue)) == 1
    (item,) = queue.items()
    assert not item.by_visitor


def test_a_video_gives_each_person_once_and_a_few_a_minute(queue: ReviewQueue) -> None:
    collector = Collector(queue)
    for shift in range(3):
        collector(np.roll(make_picture(), 5 * shift, axis=1), (unsure(1), unsure(2)))
    assert len(queue.items()) == 2

    for track in range(3, 3 + A_MINUTE):
        collector(make_picture((320, 240)), (make_face(box=(track * 20.0, 150.0, track * 20 + 30.0, 190.0),
                                                       uncertain=Uncertain.DARK, track=track),))  # fmt: skip
    assert len(queue.items()) == A_MINUTE and collector.trouble is None


def test_a_video_goes_on_where_a_face_cannot_be_kept(tmp_path: Path) -> None:
    collector = Collector(ReviewQueue(tmp_path, max_mb=0, keep_days=90))
    collector(make_picture(), (unsure(1),))
    assert "Nothing was stored" in str(collector.trouble)
