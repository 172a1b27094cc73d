"""An interval holds the figure, narrows with more photographs, and draws photographs whole."""

import numpy as np
import pandas as pd
import pytest

from training.evaluation.intervals import bootstrap


def tables(photographs, seed=0):
    right = np.random.default_rng(seed).random(photographs) < 0.7
    names = [f"{number}.jpg" for number in range(photographs)]
    return pd.DataFrame({"image": names}), pd.DataFrame({"image": names, "right": right})


def share(truth, found):
    return float(found["right"].mean())


def test_the_interval_holds_the_figure_and_narrows_with_more_photographs():
    few, many = tables(20), tables(500)
    low, high = bootstrap(share, *few)
    low_many, high_many = bootstrap(share, *many)
    assert low <= share(*few) <= high
    assert high_many - low_many < (high - low) / 2


def test_the_same_seed_gives_the_same_interval():
    assert bootstrap(share, *tables(30), seed=3) == bootstrap(share, *tables(30), seed=3)


def test_a_photograph_is_drawn_with_all_its_faces():
    truth = pd.DataFrame({"image": ["a", "a", "a", "b"]})
    found = pd.DataFrame({"image": ["a", "a", "b", "b"]})
    seen = []

    def faces(truth, found):
        seen.append((truth.groupby("image").size().tolist(), found.groupby("image").size().tolist()))
        return 0.0

    bootstrap(faces, truth, found, resamples=20)
    assert {tuple(counts) for counts, _ in seen} <= {(3, 3), (1, 1), (3, 1), (1, 3)}
    assert all(counts == [2, 2] for _, counts in seen), "a photograph drawn twice is two photographs"


@pytest.mark.parametrize("missing", ["found", "truth"])
def test_photographs_without_faces_are_drawn_too(missing):
    full, empty = pd.DataFrame({"image": ["a", "b"]}), pd.DataFrame({"image": ["a"]})
    truth, found = (full, empty) if missing == "found" else (empty, full)
    assert bootstrap(lambda t, f: float(len(t)), truth, found, resamples=5)
