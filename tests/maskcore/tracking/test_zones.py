"""Who is inside a zone, and who crosses a line, is what a person who looks would say."""

import pytest

from maskcore.tracking.zones import Crossings, Line, Way, Zone

SQUARE = Zone("till", ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)))
DOOR = Line("door", (0.5, 0.2), (0.5, 0.8))  # drawn downwards: its left is the right half of the picture


@pytest.mark.parametrize(("place", "inside"), [((0.4, 0.4), True), ((0.7, 0.4), False), ((0.2, 0.4), True)])
def test_a_zone_holds_what_is_inside(place, inside):
    assert SQUARE.contains(place) is inside


def cross(places):
    crossings = Crossings(DOOR)
    ways = [crossings.update({1: place}).get(1) for place in places]
    return [way for way in ways if way], crossings.counts


def test_each_way_is_counted():
    there = [(0.3, 0.5), (0.45, 0.5), (0.55, 0.5), (0.7, 0.5)]
    ways, counts = cross([*there, *there[::-1]])
    assert ways == [Way.OUT, Way.IN]
    assert counts.total() == 2


def test_in_is_from_left_to_right_for_who_looks_along_the_line():
    upward = Crossings(Line("up", (0.5, 0.8), (0.5, 0.2)))
    upward.update({1: (0.3, 0.5)})
    assert upward.update({1: (0.7, 0.5)}) == {1: Way.IN}


def test_lingering_on_the_line_counts_nothing():
    assert cross([(0.3, 0.5), (0.495, 0.5), (0.505, 0.5), (0.495, 0.5), (0.3, 0.5)])[0] == []


def test_walking_around_the_end_is_no_crossing():
    assert cross([(0.3, 0.9), (0.7, 0.9)])[0] == []


def test_who_comes_into_view_beyond_the_line_did_not_cross():
    assert cross([(0.7, 0.5)])[0] == []


def test_a_track_that_is_gone_is_forgotten():
    crossings = Crossings(DOOR)
    crossings.update({1: (0.3, 0.5)})
    crossings.forget([1, 2])
    assert crossings.update({1: (0.7, 0.5)}) == {}
