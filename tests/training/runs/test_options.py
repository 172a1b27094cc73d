"""Options out of their range are refused in words, and names agree with what there is."""

from __future__ import annotations

from typing import Any

import pytest

from training.errors import RunError
from training.runs.options import OPTIONS, PRESETS, Kind, check_options


@pytest.mark.parametrize("kind", Kind)
def test_the_usual_options_of_every_preset_are_in_range(kind: Kind) -> None:
    for preset in PRESETS[kind]:
        check_options(OPTIONS[kind].of(preset))


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        (Kind.CLASSIFIER, {"preset": "large"}, "classifier preset of small, seed; got 'large'"),
        (Kind.DETECTOR, {"preset": "seed"}, "detector preset of small; got 'seed'"),
        (Kind.CLASSIFIER, {"class_weights": "on"}, "off or balanced, got 'on'"),
        (Kind.CLASSIFIER, {"patience": -1}, "patience of at least 0, got -1"),
        (Kind.DETECTOR, {"steps": 0}, "steps of at least 1, got 0"),
        (Kind.DETECTOR, {"side": 500}, "side of a multiple of 32 pixels, got 500"),
        (Kind.DETECTOR, {"rate": float("nan")}, "learning rate above 0, got nan"),
    ],
    ids=lambda value: "".join(value) if isinstance(value, dict) else None,
)
def test_an_option_out_of_its_range_is_refused(kind: Kind, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(RunError, match=words):
        check_options(OPTIONS[kind](**wrong))


@pytest.mark.slow
@pytest.mark.parametrize(("epochs", "steps", "at"), [(20, 2, 4), (28, 250, 300)], ids=["short", "usual"])
def test_the_learning_rate_reaches_its_height_early(epochs: int, steps: int, at: int) -> None:
    from training.runs.fit import Schedule

    optimizer = Schedule(epochs, steps, 1e-2).optimizer()

    optimizer.build([])
    optimizer.iterations.assign(at)
    assert float(optimizer.learning_rate) == pytest.approx(1e-2)


@pytest.mark.slow
def test_every_preset_can_be_built() -> None:
    from training.models import classifier, detector

    assert (set(classifier.PRESETS), set(detector.PRESETS)) == tuple(set(PRESETS[kind]) for kind in reversed(Kind))
