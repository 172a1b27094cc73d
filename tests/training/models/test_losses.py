"""The detector's loss is lowest where it finds what is there."""

import numpy as np
import pytest

from training.models.targets import encode

BOXES = np.array([[20, 20, 60, 70], [70, 80, 84, 98]], np.float32)
NONE = np.zeros((0, 4), np.float32)
LABELS, NO_LABELS = np.array([0, 2]), np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def losses():
    return pytest.importorskip("training.models.losses")


def maps(targets: np.ndarray, *, heat: float = 8.0, widen: float = 0.0, right: float = 8.0) -> np.ndarray:
    """Output of a detector that is sure and right, with its boxes grown by a factor exp(widen)."""
    found = np.where(targets[..., 1:2] > 0, heat, -heat)
    told = right * (targets[..., 7:] == np.arange(3))
    return np.concatenate([found, targets[..., 3:7] + widen, told], axis=-1)[None].astype(np.float32)


def test_a_perfect_detector_loses_next_to_nothing(losses):
    targets = encode(BOXES, LABELS, NONE, side=128)
    assert float(losses.detector_loss(targets[None], maps(targets))) < 0.01


@pytest.mark.parametrize(
    "worse",
    [{"heat": -8.0}, {"widen": 0.5}, {"widen": -0.5}, {"right": -8.0}],
    ids=["finds the empty places", "boxes too large", "boxes too small", "tells wrong labels"],
)
def test_a_worse_detector_loses_more(losses, worse):
    targets = encode(BOXES, LABELS, NONE, side=128)
    right, wrong = (float(losses.detector_loss(targets[None], maps(targets, **how))) for how in ({}, worse))
    assert wrong > right + 0.1


def test_nothing_is_lost_on_an_ignored_face(losses):
    ignored = encode(NONE, NO_LABELS, BOXES, side=128)
    claims = np.full((1, 32, 32, 8), -12, np.float32)
    claims[0, 5:17, 5:15, 0] = 12
    assert float(losses.detector_loss(ignored[None], claims)) < 0.01
    assert float(losses.detector_loss(np.zeros((1, 32, 32, 8), np.float32), claims)) > 1


def test_a_picture_without_faces_gives_a_finite_loss(losses):
    assert np.isfinite(
        float(losses.detector_loss(np.zeros((1, 8, 8, 8), np.float32), np.zeros((1, 8, 8, 8), np.float32)))
    )


@pytest.mark.parametrize(
    ("sides", "true", "iou", "giou"),
    [
        ((1, 1, 1, 1), (1, 1, 1, 1), 1.0, 1.0),
        ((1, 1, 1, 1), (2, 2, 2, 2), 0.25, 0.25),
        ((2, 1, 0, 1), (0, 1, 2, 1), 0, 0),
    ],
    ids=["the same", "a quarter", "side by side"],
)
def test_overlap_is_that_of_geometry(losses, sides, true, iou, giou):
    logs = [np.log(np.maximum(np.array([s], np.float32), 1e-6)) for s in (sides, true)]
    found = [float(np.asarray(value)[0]) for value in losses.overlap(*logs)]
    np.testing.assert_allclose(found, [iou, giou], atol=0.01)


def test_a_face_of_unknown_label_teaches_no_label(losses):
    known, unknown = (encode(BOXES, labels, NONE, side=128) for labels in (LABELS, np.full(2, -1)))
    found = maps(known, right=-8.0)
    assert float(losses.detector_loss(unknown[None], found)) < 0.01 < float(losses.detector_loss(known[None], found))
