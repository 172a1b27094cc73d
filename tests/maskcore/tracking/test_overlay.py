"""Areas and lines show where they were drawn, at every size of picture."""

import numpy as np
import pytest

from maskcore.tracking.overlay import draw_zones
from maskcore.tracking.zones import Line, Way, Zone

ZONE = Zone("till", ((0.5, 0.5), (0.9, 0.5), (0.9, 0.9)))
LINE = Line("door", (0.2, 0.9), (0.2, 0.1))  # drawn upwards: in is to the right


def drawn(size_wh=(320, 240), **what):
    picture = np.full((size_wh[1], size_wh[0], 3), 128, np.uint8)
    given = {"zones": (), "lines": ()} | what
    return (draw_zones(picture.copy(), given["zones"], given["lines"]) != picture).any(axis=2)


def test_nothing_to_draw_changes_nothing():
    assert not drawn().any()


def test_an_area_is_outlined_where_it_lies():
    changed = drawn(zones=(ZONE,))
    assert changed[120:, 160:].any() and not changed[:, :140].any()


def test_the_arrow_points_to_the_side_that_is_in():
    changed = drawn(lines=((LINE, {}),))[110:130]  # the line's middle, away from its words
    assert changed[:, 70:78].any() and not changed[:, 50:58].any()


def test_counts_are_written_at_the_line():
    none, some = (drawn(lines=((LINE, counts),)) for counts in ({}, {Way.IN: 12}))
    assert (none != some).any()


@pytest.mark.parametrize("size_wh", [(1, 1), (20, 300), (3840, 2160)], ids=str)
def test_any_size_of_picture_will_do(size_wh):
    drawn(size_wh, zones=(ZONE,), lines=((LINE, {Way.OUT: 1}),))
