"""Calibration finds the scale that the made data were drawn with."""

from types import SimpleNamespace

import numpy as np
import pytest

from maskcore.models import Pool
from tests.training.data.drawn import write_folders, write_voc
from training.data import read
from training.data.pictures import Pictures
from training.evaluation.calibration import FEWEST, fit_logistic, fit_pool, fit_temperature, observe, sure_from


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found(temperature):
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20000, 3))
    powers = np.exp(logits)
    truth = [random.choice(3, p=row / row.sum()) for row in powers]
    assert fit_temperature(logits * temperature, np.array(truth)) == pytest.approx(temperature, rel=0.1)


def test_slope_and_offset_are_found():
    random = np.random.default_rng(0)
    logits = random.normal(-1, 3, 30000)
    right = random.random(30000) < 1 / (1 + np.exp(-(0.6 * logits + 0.5)))
    assert fit_logistic(logits, right) == pytest.approx((0.6, 0.5), rel=0.1)


@pytest.mark.parametrize("right", [[], [True, True], [False, False]], ids=["nothing", "all right", "all wrong"])
def test_outcomes_all_alike_leave_scores_as_they_are(right):
    assert fit_logistic(np.ones(len(right)), np.array(right, bool)) == (1.0, 0.0)


def test_the_pool_weighs_each_opinion_by_what_it_knows():
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 6000)
    truth = np.eye(3)[labels]
    opinions = (2 * truth * scale + random.normal(0, 1, truth.shape) for scale in (1.0, 0.5))
    pool = fit_pool(*opinions, labels, temperature=1.0)
    # Gaussian opinions of unit noise: the log-likelihood ratio is the logit times the distance of the means
    assert (pool.crop, pool.whole) == pytest.approx((2.0, 1.0), rel=0.1)
    assert pool.alone == pytest.approx(1.0, rel=0.1), "the mean is half, the noise is one: times two, of half the logit"


@pytest.mark.parametrize(
    ("faces", "changed_at", "sure"),
    [(FEWEST, None, 0.95), (FEWEST - 1, None, 1.0), (FEWEST, 0.9, 0.95), (FEWEST, 0.96, 0.97), (FEWEST, 0.999, 1.0)],
    ids=["all agree", "too few to tell", "only where the detector doubts", "beyond the least", "where it is surest"],
)
def test_the_classifier_need_not_be_asked_where_it_changed_nothing(faces, changed_at, sure):
    likely, changed = np.append(np.full(faces, 0.995), changed_at or 0.5), np.zeros(faces + 1, bool)
    changed[-1] = changed_at is not None
    assert sure_from(likely, changed) == sure


def test_without_photographs_the_classifier_is_trusted_alone_and_as_sure_as_it_is(tmp_path):
    crops = read(write_folders(tmp_path / "set", {"with_mask": [1]})).table
    seen = observe(None, None, crops[~crops["crop"]], pictures=Pictures())
    assert fit_logistic(seen.face_logits, seen.right) == (1.0, 0.0)
    pool = fit_pool(seen.crop_logits, seen.whole_logits, seen.labels, temperature=0.5)
    assert (pool.crop, pool.whole, pool.sure) == (2.0, 0.0, 1.0)


LABELS = np.arange(15) % 3
RIGHT_AND_SURE = 4.0 * np.eye(3)[LABELS]  # of a few faces, all told rightly
USUAL = Pool(crop=0.5, whole=0.7, alone=1.0)


def test_a_few_faces_told_rightly_do_not_make_every_label_certain():
    assert fit_temperature(RIGHT_AND_SURE, LABELS) < 0.1, "without a usual one it falls to the least there is"
    assert 0.5 < fit_temperature(RIGHT_AND_SURE, LABELS, usual=0.8) < 0.8
    pool = fit_pool(RIGHT_AND_SURE, RIGHT_AND_SURE, LABELS, temperature=0.8, usual=USUAL)
    assert (pool.crop, pool.whole, pool.alone) == pytest.approx((0.5, 0.7, 1.0), rel=0.5)


def test_many_faces_tell_more_than_the_usual_calibration():
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20000, 3))
    truth = np.array([random.choice(3, p=row / row.sum()) for row in np.exp(logits)])
    assert fit_temperature(logits, truth, usual=0.2) == pytest.approx(1.0, rel=0.05)


def test_a_few_boxes_that_can_be_parted_do_not_make_every_score_0_or_1():
    logits, right = np.array([-3.0, -2.0, 2.0, 3.0]), np.array([False, False, True, True])
    slope, offset = fit_logistic(logits, right)
    assert 1.0 <= slope < 1.5 and abs(offset) < 0.1


def test_a_box_of_score_1_has_a_logit_that_can_be_reckoned_with(tmp_path):
    table = read(write_voc(tmp_path, {"a": [("mask", (10, 20, 50, 70))]})).table
    found = SimpleNamespace(
        boxes_xyxy=np.array([[10, 20, 50, 70]], np.float32),
        scores=np.array([1.0], np.float32),
        label_logits=np.zeros((1, 3), np.float32),
    )
    classifier = SimpleNamespace(spec=SimpleNamespace(side=64, margin=0.25), logits=lambda crops: np.zeros((1, 3)))
    seen = observe(SimpleNamespace(find=lambda *_, **__: found), classifier, table, pictures=Pictures())
    assert np.isfinite(seen.face_logits).all() and seen.right.tolist() == [True] and seen.labels.tolist() == [0]
