"""The figures of a model: from known and found faces to numbers by set, size and light."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from maskcore import Label
from training.evaluation.detections import ranking, two_classes
from training.evaluation.intervals import bootstrap
from training.evaluation.matching import NOTHING, match
from training.evaluation.precision import STRICTER, average_precision
from training.evaluation.reliability import calibration_error, coverage, reliability
from training.evaluation.slices import shorter_sides, size_of

SURE = 0.5  # a face counts as found from this probability on, the usual min_score
SAME_FACE = 0.4  # IoU: sets draw boxes differently, and for a label it matters only whose face it is
LARGE_ENOUGH = 20  # pixels of the shorter side from which a label should be right
Figures = dict[str, Any]


def detection_figures(truth: pd.DataFrame, found: pd.DataFrame, *, resamples: int = 0) -> dict[str, Figures]:
    """Average precision of each set of photographs at IoU 0.5.

    Args:
        truth: Known faces, see training.data; sets of crops are left out.
        found: source, image, box, score, label and `rank`, what faces are ordered by.
        resamples: For the interval of the mean, see training.evaluation.intervals; 0: none.
    Returns:
        By set: photographs, faces, face (whatever the label), mask, no_mask (worn wrong counts as no mask), mean of
        the two, mean_strict (over IoU 0.5 to 0.95), interval of the mean.
    """
    figures = {}
    for source, known in truth[~truth["crop"]].groupby("source"):
        here = found[found["source"] == source]
        two_known = known.assign(label=two_classes(known["label"]))
        two_here = here.assign(label=two_classes(here["label"]))
        by_label = {label: average_precision(two_known, two_here, label=label) for label in (Label.MASK, Label.NO_MASK)}
        figures[str(source)] = {
            "photographs": int(known["image"].nunique()),
            "faces": int(known["x1"].notna().sum()),
            "face": average_precision(known, here.assign(rank=here["score"])),
            "mask": by_label[Label.MASK],
            "no_mask": by_label[Label.NO_MASK],
            "mean": float(np.mean(list(by_label.values()))),
            "mean_strict": mean_precision(two_known, two_here, min_iou=STRICTER),
        }
        if resamples:
            figures[str(source)]["interval"] = bootstrap(mean_precision, two_known, two_here, resamples=resamples)
    return figures


def mean_precision(truth: pd.DataFrame, found: pd.DataFrame, *, min_iou: float | tuple[float, ...] = 0.5) -> float:
    """The mean of the average precisions of mask and no mask, 0 to 1."""
    both = [average_precision(truth, found, label=label, min_iou=min_iou) for label in (Label.MASK, Label.NO_MASK)]
    return float(np.mean(both))


def incorrect_figures(truth: pd.DataFrame, found: pd.DataFrame) -> dict[str, float]:
    """Average precision of masks worn wrong at IoU 0.5, by set."""
    ranked = found.assign(rank=found["score"] * found[Label.INCORRECT])
    return {
        str(source): average_precision(known, ranked[ranked["source"] == source], label=Label.INCORRECT)
        for source, known in truth[~truth["crop"]].groupby("source")
    }


def with_truth(truth: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The faces surely found that are known, as `found` with columns true (label), side (pixels) and covered."""
    sure = found[found["score"] >= SURE].reset_index(drop=True)
    partner = match(truth, sure, min_iou=SAME_FACE)
    known = truth.iloc[partner[partner != NOTHING]].reset_index(drop=True)
    pairs = sure[partner != NOTHING].reset_index(drop=True)
    pairs = pairs.assign(true=known["label"], side=shorter_sides(known), covered=known["covered"])
    return pairs[pairs["true"].notna()]


def label_figures(said: pd.DataFrame) -> Figures:
    """Share of faces told rightly.

    Args:
        said: label (what was said), true, side, covered, uncertain, and one column a label's probability.
    Returns:
        faces, three (labels right), two (mask or not right), two_large (of faces of 20 pixels and more), answered
        (share not uncertain), answered_two (mask or not right among those), calibration_error, confusion (true label
        to said label to faces), and covered and covered_as_mask where covered mouths are known.
    """
    three = (said["label"] == said["true"]).to_numpy(bool)
    two = (two_classes(said["label"]) == two_classes(said["true"])).to_numpy(bool)
    answered = (said["uncertain"] == "").to_numpy(bool)
    large = (said["side"] >= LARGE_ENOUGH).to_numpy(bool)
    figures = {
        "faces": len(said),
        "three": _share(three),
        "two": _share(two),
        "two_large": _share(two[large]),
        "answered": _share(answered),
        "answered_two": _share(two[answered]),
        "calibration_error": calibration_error(_claimed(said), three),
        "confusion": {
            true.value: {one.value: int(((said["true"] == true) & (said["label"] == one)).sum()) for one in Label}
            for true in Label
        },
    }
    covered = said["covered"].fillna(False).to_numpy(bool)
    if covered.any():
        as_mask = (said["label"] == Label.MASK).to_numpy(bool) & answered
        figures |= {"covered": int(covered.sum()), "covered_as_mask": _share(as_mask[covered])}
    return figures


def size_figures(truth: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, Figures]:
    """How many labelled faces of each size are found, and how many of those told rightly; pairs from with_truth."""
    labelled = truth[~truth["crop"] & truth["label"].notna()]  # as with_truth has no others
    sizes = pd.Series(size_of(shorter_sides(labelled))).value_counts()
    by_size = pairs.groupby(size_of(pairs["side"]), observed=True)
    return {
        str(name): {"known": int(sizes[name]), "found": len(rows) / int(sizes[name])} | label_figures(rows)
        for name, rows in by_size
    }


def confidence_figures(pairs: pd.DataFrame) -> Figures:
    """How far probabilities of labels can be believed; pairs from with_truth."""
    claimed, right = _claimed(pairs), (pairs["label"] == pairs["true"]).to_numpy(bool)
    return {
        "calibration_error": calibration_error(claimed, right),
        "reliability": reliability(claimed, right).to_dict("list"),
        "coverage": coverage(claimed, right).to_dict("list"),
    }


def by_set(said: pd.DataFrame) -> dict[str, Figures]:
    """label_figures of each set."""
    return {str(source): label_figures(rows) for source, rows in said.groupby("source")}


def ranked(found: pd.DataFrame) -> pd.DataFrame:
    """Found faces with the column `rank` of training.evaluation.detections.ranking."""
    return found.assign(rank=ranking(found))


def _claimed(said: pd.DataFrame) -> np.ndarray:
    return said[list(Label)].to_numpy(float).max(axis=1)


def _share(flags: np.ndarray) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
