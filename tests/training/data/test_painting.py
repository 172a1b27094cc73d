"""What is painted on a face lies where its label says, and nowhere else."""

import numpy as np
import pytest

from maskcore.types import Label
from training.data.painting import paint_hand, paint_mask

BOX = np.array([60, 40, 140, 140], np.float32)


@pytest.fixture
def face():
    striped = np.full((200, 200, 3), 150, np.uint8)
    striped[::2] = 60
    return striped


def changed(face, painted):
    """Rows and columns of the pixels that differ clearly, as shares of the box."""
    rows, columns = np.nonzero((np.abs(painted.astype(int) - face) > 12).any(axis=2))
    return (rows - BOX[1]) / (BOX[3] - BOX[1]), (columns - BOX[0]) / (BOX[2] - BOX[0])


@pytest.mark.parametrize("label", [Label.MASK, Label.INCORRECT])
@pytest.mark.parametrize("seed", range(8))
def test_a_mask_covers_the_nose_only_where_it_is_worn_right(face, label, seed):
    painted = paint_mask(face, BOX, label, np.random.default_rng(seed))
    rows, columns = changed(face, painted)
    nose = (rows > 0.55) & (rows < 0.65) & (columns > 0.45) & (columns < 0.55)
    assert nose.any() == (label is Label.MASK)
    assert rows.max() < 1.3


@pytest.mark.parametrize("seed", range(8))
def test_a_hand_hides_part_of_the_lower_face_and_leaves_the_eyes(face, seed):
    rows, columns = changed(face, paint_hand(face, BOX, np.random.default_rng(seed)))
    inside = (columns > 0) & (columns < 1)
    assert ((rows > 0.5) & (rows < 1) & inside).any()
    assert not ((rows < 0.3) & inside).any()


def test_the_picture_that_was_given_is_untouched(face):
    before = face.copy()
    paint_mask(face, BOX, Label.MASK, np.random.default_rng(0))
    paint_hand(face, BOX, np.random.default_rng(0))
    np.testing.assert_array_equal(face, before)
