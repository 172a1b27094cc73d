"""What the detector is shown of a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskcore.looks import NEAR_AROUND, NEAR_STEP, Looks
from maskcore.preprocess import SIZE_MULTIPLE


def looks_at(width, height, longer):
    return Looks(np.zeros((height, width, 3), np.uint8), longer_side=longer)


def box(x, y, side):
    return np.array([[x, y, x + side, y + side]], np.float32)


@pytest.mark.parametrize(
    ("longer", "sides"), [(320, [320]), (480, [480, 128]), (640, [640, 160]), (1024, [1024, 256])], ids=str
)
def test_each_look_is_a_quarter_of_the_one_before(longer, sides):
    found = looks_at(longer, longer * 3 // 4, longer).first
    assert [max(look.input_bgr.shape[:2]) for look in found] == sides
    assert [look.least > 0 for look in found] == [False] + [True] * (len(sides) - 1)


def leaves_nothing_out(tiles, shape):
    seen = np.zeros(shape, bool)
    for look in tiles:
        left, top = look.corner_xy
        seen[top : top + look.input_bgr.shape[0], left : left + look.input_bgr.shape[1]] = True
    return bool(seen.all())


def test_a_large_picture_is_seen_in_tiles_of_one_size_that_leave_nothing_out():
    tiles = [look for look in looks_at(4000, 3000, 4000).first if not look.least]
    assert {look.input_bgr.shape for look in tiles} == {(1024, 1024, 3)}
    assert leaves_nothing_out(tiles, (3008, 4000))


@pytest.mark.parametrize("longer", [320, 480, 2048])
def test_a_size_chosen_for_speed_or_large_enough_is_not_looked_at_from_nearer(longer):
    assert looks_at(2048, 1536, longer).nearer(box(100, 100, 8)) == []


def test_large_faces_are_no_reason_to_look_from_nearer():
    assert looks_at(640, 480, 640).nearer(box(100, 100, 40)) == []
    assert looks_at(640, 480, 640).nearer(np.zeros((0, 4), np.float32)) == []


@given(st.integers(0, 632), st.integers(0, 352))
def test_the_look_from_nearer_holds_the_small_face_and_what_is_around_it(x, y):
    (look,) = looks_at(640, 360, 640).nearer(box(x, y, 8))
    height, width = look.input_bgr.shape[:2]
    assert look.scale == NEAR_STEP and height % SIZE_MULTIPLE == width % SIZE_MULTIPLE == 0
    left, top = look.corner_xy
    assert left <= max(0, x * NEAR_STEP - NEAR_AROUND) and top <= max(0, y * NEAR_STEP - NEAR_AROUND)
    assert left + width >= min(960, (x + 8) * NEAR_STEP + NEAR_AROUND)
    assert top + height >= min(540, (y + 8) * NEAR_STEP + NEAR_AROUND)


def test_a_large_look_from_nearer_comes_in_tiles():
    two = np.concatenate([box(0, 0, 8), box(1270, 950, 8)])
    tiles = looks_at(1280, 960, 1280).nearer(two)
    assert len(tiles) > 1 and leaves_nothing_out(tiles, (1440, 1920))
