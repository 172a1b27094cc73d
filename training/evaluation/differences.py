"""How two evaluated models differ, and whether the set can show it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.evaluation.explore import Fate
from training.evaluation.intervals import bootstrap


@dataclass(frozen=True, slots=True)
class Difference:
    """How two models differ in a figure.

    Attributes:
        name: A key of `_figures`.
        first, second: The figures, 0 to 1, or for false alarms a photograph.
        low, high: The middle 95% of second less first, over photographs drawn with replacement.
    """

    name: str
    first: float
    second: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the set can show a difference: its interval leaves out 0."""
        return self.low > 0 or self.high < 0


def _found_share(faces: pd.DataFrame) -> float:
    known = faces["known"].to_numpy(bool)
    return float((faces["fate"].to_numpy()[known] != Fate.MISSED).mean()) if known.any() else float("nan")


def _right_share(faces: pd.DataFrame) -> float:
    fate = faces["fate"].to_numpy()
    told = np.isin(fate, [Fate.RIGHT, Fate.WRONG])
    return float((fate[told] == Fate.RIGHT).mean()) if told.any() else float("nan")


def _certain_share(faces: pd.DataFrame) -> float:
    fate = faces["fate"].to_numpy()
    asked = np.isin(fate, [Fate.RIGHT, Fate.WRONG, Fate.UNCERTAIN])
    return float((fate[asked] != Fate.UNCERTAIN).mean()) if asked.any() else float("nan")


def _figures(photographs: int) -> Mapping[str, Callable[[pd.DataFrame], float]]:
    """What is compared, of faces on so many photographs."""
    return {
        "found": _found_share,
        "right": _right_share,
        "certain": _certain_share,
        "alarms": lambda faces: float((faces["fate"] == Fate.FALSE).sum()) / photographs,
    }


def compare(
    first: pd.DataFrame, second: pd.DataFrame, *, photographs: Collection[str], resamples: int = 200
) -> list[Difference]:
    """The differences of two models on the photographs that both were measured on, each with its interval.

    Args:
        first: From training.evaluation.explore.join_faces, with the column `fate` of its `fates`.
        second: The same of the other model.
        photographs: Names of those photographs; on many of them a model may have found nothing, and rightly.
        resamples: How often photographs are drawn, see training.evaluation.intervals.
    Returns:
        One for each figure; empty where there are no such photographs.
    """
    if not photographs:
        return []
    names = sorted(photographs)
    first, second = (faces[faces["image"].isin(names)] for faces in (first, second))
    found = []
    for name, figure in _figures(len(names)).items():
        low, high = bootstrap(
            lambda one, two, f=figure: f(two) - f(one), first, second, names=names, resamples=resamples
        )
        found.append(Difference(name, figure(first), figure(second), low, high))
    return found
