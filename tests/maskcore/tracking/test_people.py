"""Everybody counts once, under the label that could be trusted last."""

from maskcore.tracking.people import People
from maskcore.types import Label, Summary, Uncertain
from tests.factories import make_face


def test_a_person_counts_once_however_long_they_stay():
    people = People()
    for at_s in range(100):
        people.update([make_face(track=7, label=Label.MASK)], at_s=at_s)
    assert people.summary == Summary(faces=1, mask=1)
    ended = people.end([7])
    assert (ended[0].first_s, ended[0].last_s) == (0, 99)
    assert people.summary == Summary(faces=1, mask=1), "the gone stay counted"


def test_faces_without_a_number_are_nobody_yet():
    people = People()
    people.update([make_face(track=None)], at_s=0)
    assert people.summary == Summary()


def test_who_turns_away_at_the_end_keeps_the_label_that_was_trusted():
    people = People()
    people.update([make_face(track=1, label=Label.NO_MASK)], at_s=0)
    people.update([make_face(track=1, label=Label.MASK, uncertain=Uncertain.TURNED)], at_s=1)
    person = people.here()[0]
    assert (person.label, person.uncertain, person.last_s) == (Label.NO_MASK, None, 1)


def test_a_person_remembers_every_zone():
    people = People()
    for at_s, zones in enumerate([("door",), (), ("till", "door")]):
        people.update([make_face(track=1)], at_s=at_s, zones={1: zones})
    assert people.end_all()[0].zones == ("door", "till")


def test_ending_somebody_unknown_ends_nobody():
    assert People().end([3]) == []
