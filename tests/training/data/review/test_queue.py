"""The queue keeps no more and no longer than it may, forgets what is taken back, and tells trouble in words."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from maskcore.types import Label, Uncertain
from tests.factories import make_face, make_picture
from training.data.review.cut import around, whole
from training.data.review.items import ReviewItem, State
from training.data.review.order import in_order
from training.data.review.queue import UNDO_FOR, Given, ReviewQueue
from training.errors import DataError

FACES = (make_face(), make_face(box=(150.0, 100.0, 190.0, 150.0), label=Label.NO_MASK))


@pytest.fixture
def queue(tmp_path: Path) -> ReviewQueue:
    return ReviewQueue(tmp_path / "review", max_mb=1, keep_days=90)


def give(queue: ReviewQueue, labels: dict[int, Label | None], *, size: tuple[int, int] = (320, 240)) -> Given:
    image_bgr, faces = whole(make_picture(size), FACES, labels)
    return queue.give(image_bgr, faces, by_visitor=True)


def only(queue: ReviewQueue) -> ReviewItem:
    (item,) = queue.items()
    return item


def test_what_is_given_is_read_back_as_it_was(queue: ReviewQueue) -> None:
    image_bgr, faces = whole(make_picture(), (make_face(uncertain=Uncertain.DARK),), {0: Label.INCORRECT})
    given = queue.give(image_bgr, faces, by_visitor=False)
    item = only(queue)
    assert (item.id, item.faces, item.by_visitor, item.size_wh) == (given.id, tuple(faces), False, (320, 240))
    assert item.state is State.WAITING and queue.picture(item.id).is_file()


def test_the_folder_is_for_this_user_alone_and_the_picture_tells_nothing_else(queue: ReviewQueue) -> None:
    id = give(queue, {0: None}).id
    assert stat.S_IMODE(queue.folder.stat().st_mode) == 0o700
    with Image.open(queue.picture(id)) as picture:
        assert not picture.getexif()


def test_two_faces_of_one_picture_are_one_item_and_each_can_be_taken_back(queue: ReviewQueue) -> None:
    first, second = give(queue, {0: Label.NO_MASK}), give(queue, {1: None})
    assert only(queue).asked == [0, 1]

    assert queue.take_back(first)
    assert only(queue).asked == [1]
    assert only(queue).faces[0].label is Label.MASK, "as the model said"

    assert queue.take_back(second)
    assert list(queue.folder.glob("*.j*")) == []
    assert not queue.take_back(second), "it is gone"


def test_taking_back_leaves_what_another_visitor_said_before(queue: ReviewQueue) -> None:
    give(queue, {0: Label.NO_MASK})
    queue.take_back(give(queue, {0: None}))
    assert only(queue).faces[0].label is Label.NO_MASK


def test_a_full_queue_refuses_and_keeps_what_it_has(queue: ReviewQueue) -> None:
    give(queue, {0: None})
    small = ReviewQueue(queue.folder, max_mb=0.001, keep_days=90)
    with pytest.raises(DataError, match=r"at most 0.001 MB are kept\. Nothing was stored"):
        give(small, {0: None}, size=(400, 300))
    assert len(queue.items()) == 1


def test_what_is_too_old_is_deleted_with_all_that_was_computed_of_it(queue: ReviewQueue) -> None:
    give(queue, {0: None})
    in_order(queue.items(), queue)
    assert len(pd.read_parquet(queue.folder / "hashes.parquet")) == 1

    assert queue.sweep(now=datetime.now(UTC) + timedelta(days=89)) == 0
    assert queue.sweep(now=datetime.now(UTC) + timedelta(days=91)) == 1

    assert list(queue.folder.glob("*.j*")) == []
    assert len(pd.read_parquet(queue.folder / "hashes.parquet")) == 0


def test_what_was_thrown_away_can_be_taken_back_for_some_minutes_and_is_then_deleted(queue: ReviewQueue) -> None:
    give(queue, {0: None})
    before = only(queue)
    queue.decide(before, State.THROWN)
    assert queue.items() == []
    queue.put(before)
    assert only(queue) == before

    queue.decide(before, State.THROWN)
    assert queue.sweep(now=datetime.now(UTC) + UNDO_FOR) == 1
    with pytest.raises(DataError, match="not in the queue any more"):
        queue.put(before)


def test_a_damaged_file_is_told_by_its_name(queue: ReviewQueue) -> None:
    id = give(queue, {0: None}).id
    (queue.folder / f"{id}.json").write_text('{"faces": []}')
    with pytest.raises(DataError, match=rf"{id}\.json as the review queue writes it"):
        queue.items()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="review queue in .* cannot be used"):
        give(ReviewQueue(tmp_path / "file" / "review", max_mb=1, keep_days=90), {0: None})


def test_a_cut_holds_the_face_with_a_little_around_it_and_not_the_others() -> None:
    part_bgr, faces = around(make_picture(), FACES, {1: None})
    assert part_bgr.shape == (110, 100, 3)
    (face,) = faces
    assert face.box == (30.0, 30.0, 70.0, 80.0) and face.asked and face.label is None


def test_a_cut_at_the_edge_stays_inside_and_keeps_a_neighbour() -> None:
    faces = (make_face(box=(0.0, 0.0, 40.0, 50.0)), make_face(box=(45.0, 5.0, 75.0, 45.0), label=Label.NO_MASK))
    part_bgr, kept = around(make_picture(), faces, {0: Label.INCORRECT})
    assert part_bgr.shape == (80, 70, 3)
    assert [face.asked for face in kept] == [True, False]
    assert kept[1].box == (45.0, 5.0, 70.0, 45.0)
