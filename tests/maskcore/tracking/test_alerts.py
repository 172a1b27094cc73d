"""Rules fire when they should, once, and do not nag."""

from maskcore.tracking.alerts import LowShare, WithoutMask
from maskcore.types import Label, Uncertain
from tests.factories import make_face


def bare(track=1, **how):
    return make_face(track=track, label=Label.NO_MASK, **how)


def ask(rule, frames, *, dt_s=0.1):
    """Alerts of frames, each a list of faces."""
    return [alert for number, faces in enumerate(frames) if (alert := rule.check(faces, at_s=number * dt_s))]


def test_a_bare_face_alerts_once_after_the_time():
    alerts = ask(WithoutMask(seconds=2, pause_s=5), [[bare()]] * 200)
    assert [(round(alert.at_s, 1), alert.tracks) for alert in alerts] == [(2.0, (1,))]
    assert "2 seconds" in alerts[0].message


def test_a_mask_worn_wrong_counts_as_none_and_a_masked_or_uncertain_face_does_not():
    for face, fires in (
        (make_face(track=1, label=Label.INCORRECT), True),
        (make_face(track=1, label=Label.MASK), False),
        (bare(uncertain=Uncertain.UNSURE), False),
        (bare(track=None), False),
    ):
        assert bool(ask(WithoutMask(seconds=1), [[face]] * 50)) is fires


def test_a_moment_hidden_does_not_begin_anew_but_a_mask_put_on_does():
    hidden = [[bare()]] * 15 + [[]] * 5 + [[bare()]] * 10
    covered = [[bare()]] * 15 + [[make_face(track=1, label=Label.MASK)]] * 15 + [[bare()]] * 10
    assert ask(WithoutMask(seconds=2), hidden)
    assert not ask(WithoutMask(seconds=2), covered)


def test_two_people_within_the_pause_make_one_alert_and_the_second_follows_it():
    frames = [[bare(1)]] * 10 + [[bare(1), bare(2)]] * 100
    alerts = ask(WithoutMask(seconds=1, pause_s=5), frames)
    assert [alert.tracks for alert in alerts] == [(1,), (2,)]
    assert alerts[1].at_s - alerts[0].at_s >= 5


def test_a_low_share_alerts_when_it_lasts_and_enough_people_are_there():
    masked = [make_face(track=t, label=Label.MASK) for t in (1, 2)]
    rule = {"percent": 80, "people": 3, "seconds": 1, "pause_s": 60}
    alerts = ask(LowShare(**rule), [[*masked, bare(3)]] * 100)
    assert [(round(alert.at_s, 1), alert.tracks) for alert in alerts] == [(1.0, (3,))]
    assert "2 of 3" in alerts[0].message
    assert not ask(LowShare(**rule), [[masked[0], bare(3)]] * 100), "two people are too few"
    assert not ask(LowShare(**rule), ([[*masked, bare(3)]] * 5 + [masked]) * 20), "never low for a second"
