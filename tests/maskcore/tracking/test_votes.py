"""A label does not flicker, follows a real change, and says when it cannot be trusted."""

from maskcore.tracking.votes import LEAST_FRAMES, Votes
from maskcore.types import Label, Uncertain
from tests.factories import make_face

DT = 1 / 15


def vote(votes, labels, **how):
    for label in labels:
        votes.add(make_face(label=label, **how), dt_s=DT)
    return votes


def test_single_wrong_frames_change_nothing():
    votes, told = Votes(), []
    for number in range(90):
        vote(votes, [Label.NO_MASK if number % 4 == 3 else Label.MASK])
        told.append(votes.label)
    assert set(told[LEAST_FRAMES:]) == {Label.MASK}


def test_who_takes_the_mask_off_is_told_within_two_seconds():
    votes = vote(Votes(), [Label.MASK] * 150)
    vote(votes, [Label.NO_MASK] * 30)
    assert votes.label is Label.NO_MASK and votes.uncertain is None


def test_too_few_frames_say_nothing_yet():
    votes = vote(Votes(), [Label.MASK] * (LEAST_FRAMES - 1))
    assert votes.uncertain is Uncertain.EARLY
    assert vote(votes, [Label.MASK]).uncertain is None


def test_a_reason_that_most_frames_give_is_given():
    votes = vote(Votes(), [Label.MASK] * 20, uncertain=Uncertain.SMALL)
    assert votes.uncertain is Uncertain.SMALL
    assert vote(votes, [Label.MASK] * 30).uncertain is None


def test_frames_that_contradict_each_other_are_not_trusted():
    assert vote(Votes(), [Label.MASK, Label.NO_MASK] * 30).uncertain is Uncertain.UNSURE


def test_shares_sum_to_one():
    votes = vote(Votes(), [Label.MASK, Label.INCORRECT, Label.MASK])
    assert abs(sum(votes.probabilities.values()) - 1) < 1e-9
