"""Answers about kept results, as fast as a slider moves: what happens to each face, counts and shares."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.types import Label, Uncertain
from training.data.table import BOX
from training.evaluation.figures import SAME_FACE
from training.evaluation.matching import NOTHING, match
from training.evaluation.results import Results
from training.evaluation.slices import shorter_sides, size_of

LOWEST = 0.1  # scores under it are not explored: they are counted by average precision alone
BY_PROBABILITY = (
    Uncertain.UNSURE.value,
    Uncertain.BLURRED.value,
)  # what an unsure label is called; see maskcore.quality
NO_FACE = "no face"


class Fate(StrEnum):
    """What happened to a face."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCERTAIN = "uncertain"
    MISSED = "missed"
    FALSE = "false"
    QUIET = "quiet"  # not found, and no face that is known: nothing happened
    UNLABELLED = "unlabelled"  # found, and nobody has told its label


def join_faces(results: Results) -> pd.DataFrame:
    """One row a face that is known or was found, whatever its score.

    Returns:
        image, source, x1 … y2 (as found, or where missed as known), known (bool), true (label or None), crop, side
        (pixels of the known face, or the found one), size (see training.evaluation.slices), score (0 where it was
        never found), said (label), sure (its probability) and uncertain (reason or empty).
    """
    whole = results.known[~results.known["crop"] & results.known["x1"].notna()].reset_index(drop=True)
    found = results.found[results.found["score"] >= LOWEST].reset_index(drop=True)
    # the surest are paired first, so that the pairs of any higher score are among these
    partner = match(whole, found, min_iou=SAME_FACE)
    paired = partner != NOTHING
    missed = whole.drop(index=partner[paired])
    pairs = _told(found[paired], known=whole.iloc[partner[paired]])
    crops = _told(results.given, known=results.known[results.known["crop"]])
    never = missed.assign(known=True, true=missed["label"], side=shorter_sides(missed), score=0.0, said=None, sure=0.0,
                          uncertain="")  # fmt: skip
    alarms = _told(found[~paired], known=None)
    columns = ["image", "source", *BOX, "known", "true", "crop", "side", "score", "said", "sure", "uncertain"]
    parts = [part[columns] for part in (pairs, crops, never, alarms) if len(part)]
    faces = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return faces.assign(size=size_of(faces["side"].to_numpy(float)))


def _told(said: pd.DataFrame, *, known: pd.DataFrame | None) -> pd.DataFrame:
    said = said.reset_index(drop=True)
    sure = said[list(Label)].to_numpy(float).max(axis=1) if len(said) else np.zeros(0)
    rows = said.assign(said=said["label"], sure=sure)
    if known is None:
        return rows.assign(known=False, true=None, crop=False, side=shorter_sides(said))
    known = known.reset_index(drop=True)
    return rows.assign(known=True, true=known["label"], crop=known["crop"], side=shorter_sides(known))


def fates(faces: pd.DataFrame, *, min_score: float, unsure: float) -> pd.Series:
    """What happens to each face where faces are reported from a score on, and labels trusted from a probability on.

    Args:
        faces: From `join_faces`.
        min_score: Lowest score of a face, LOWEST to 1.
        unsure: Lowest probability of a label that is trusted, 0 to 1.
    Returns:
        A Fate for each row.
    """
    found = faces["score"] >= min_score
    doubted = _doubted(faces, unsure)
    known, labelled = faces["known"].astype(bool), faces["true"].notna()
    chosen = np.select(
        [~found & known, ~found, ~known, ~labelled, doubted, faces["said"] == faces["true"]],
        [Fate.MISSED, Fate.QUIET, Fate.FALSE, Fate.UNLABELLED, Fate.UNCERTAIN, Fate.RIGHT],
        Fate.WRONG,
    )
    return pd.Series(chosen, index=faces.index)


def _doubted(faces: pd.DataFrame, unsure: float) -> pd.Series:
    return (faces["sure"] < unsure) | ~faces["uncertain"].isin(["", *BY_PROBABILITY])


def count_fates(happened: pd.Series) -> dict[Fate, int]:
    """How many faces met each fate."""
    counts = happened.value_counts()
    return {fate: int(counts.get(fate.value, 0)) for fate in Fate}


def confusion(faces: pd.DataFrame, happened: pd.Series) -> pd.DataFrame:
    """Faces by truth (rows: labels, NO_FACE) and by what was said (columns: labels, `uncertain`, `missed`)."""
    said = faces["said"].where(~happened.isin([Fate.UNCERTAIN]), Fate.UNCERTAIN.value)
    said = said.where(happened != Fate.MISSED, Fate.MISSED.value)
    true = faces["true"].where(faces["known"].astype(bool), NO_FACE)
    there = ~happened.isin([Fate.QUIET, Fate.UNLABELLED]) & true.notna()
    table = pd.crosstab(true[there], said[there])
    return table.reindex(index=[*map(str, Label), NO_FACE], columns=[*map(str, Label), "uncertain", "missed"],
                         fill_value=0)  # fmt: skip


def cell(faces: pd.DataFrame, happened: pd.Series, *, true: str, said: str) -> pd.DataFrame:
    """The faces that a cell of `confusion` counts, those that it was surest of first."""
    rows = (faces["true"] == true) if true != NO_FACE else ~faces["known"].astype(bool)
    if said in (Fate.UNCERTAIN.value, Fate.MISSED.value):
        there = happened == said
    else:
        there = (faces["said"] == said) & happened.isin([Fate.RIGHT, Fate.WRONG, Fate.FALSE])
    return faces[rows & there].sort_values(["sure", "side"], ascending=False)


def by(faces: pd.DataFrame, happened: pd.Series, column: str) -> pd.DataFrame:
    """Shares of each value of a column (size or source), 0 to 1.

    Returns:
        faces (known), found, right (of those found with a label and not uncertain), uncertain (of those found with a
        label), false (alarms, a count).
    """
    rows = {}
    for value, here in faces.assign(fate=happened).groupby(column, observed=True):
        counts = count_fates(here["fate"])
        told, known = counts[Fate.RIGHT] + counts[Fate.WRONG], int(here["known"].sum())
        rows[str(value)] = {
            "faces": known,
            "found": _share(known - counts[Fate.MISSED], known),
            "right": _share(counts[Fate.RIGHT], told),
            "uncertain": _share(counts[Fate.UNCERTAIN], told + counts[Fate.UNCERTAIN]),
            "false": counts[Fate.FALSE],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def curve(faces: pd.DataFrame, steps: NDArray[np.float64]) -> pd.DataFrame:
    """Precision and recall of faces, whatever their label, at each lowest score: score, recall, precision, 0 to 1."""
    whole = faces[~faces["crop"].astype(bool)]
    known, score = whole["known"].to_numpy(bool), whole["score"].to_numpy(float)
    rows = []
    for step in steps:
        found = score >= step
        rows.append((step, _share(int((found & known).sum()), int(known.sum())),
                     _share(int((found & known).sum()), int(found.sum()))))  # fmt: skip
    return pd.DataFrame(rows, columns=["score", "recall", "precision"])


def label_curve(faces: pd.DataFrame, label: Label, steps: NDArray[np.float64], *, min_score: float) -> pd.DataFrame:
    """Precision and recall of one label at each lowest probability that is trusted.

    Args:
        faces: From `join_faces`.
        label: Which; a face without a known label is passed over.
        steps: Lowest probabilities, 0 to 1.
        min_score: Lowest score of a face that is reported.
    Returns:
        probability (the steps), recall (of the faces that are so, those found and told so) and precision (of what is
        told so, the faces that are so), 0 to 1.
    """
    faces = faces[faces["true"].notna() | ~faces["known"].astype(bool)]
    told, so = (faces["said"] == label) & (faces["score"] >= min_score), (faces["true"] == label).to_numpy()
    rows = []
    for step in steps:
        here = (told & ~_doubted(faces, step)).to_numpy()
        right = int((here & so).sum())
        rows.append((step, _share(right, int(so.sum())), _share(right, int(here.sum()))))
    return pd.DataFrame(rows, columns=["probability", "recall", "precision"])
