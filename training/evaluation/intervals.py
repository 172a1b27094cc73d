"""How far a figure may move by the luck of which photographs were held back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

Figure = Callable[[pd.DataFrame, pd.DataFrame], float]


def bootstrap(
    figure: Figure,
    truth: pd.DataFrame,
    found: pd.DataFrame,
    *,
    names: Sequence[str] | None = None,
    resamples: int = 200,
    seed: int = 0,
) -> tuple[float, float]:
    """The middle 95% of a figure over photographs drawn with replacement (Efron 1979).

    Args:
        figure: From known and found faces, both with a column `image`, to a number.
        truth: Known faces.
        found: Faces found.
        names: Of the photographs, also of those that neither has a row of; None: those of the known faces.
        resamples: How often photographs are drawn.
        seed: Of the draw.
    Returns:
        Lower and upper bound.
    """
    names = truth["image"].unique() if names is None else names
    rows = [_rows_by_image(table, names) for table in (truth, found)]
    random, figures = np.random.default_rng(seed), []
    for _ in range(resamples):
        drawn = random.integers(len(names), size=len(names))
        figures.append(figure(*(_draw(table, of, drawn) for table, of in zip((truth, found), rows, strict=True))))
    low, high = np.nanpercentile(figures, [2.5, 97.5])
    return float(low), float(high)


def _rows_by_image(table: pd.DataFrame, names: Sequence[str]) -> list[np.ndarray]:
    places = table.reset_index(drop=True).groupby("image").indices
    return [places.get(name, np.array([], int)) for name in names]


def _draw(table: pd.DataFrame, rows: list[np.ndarray], drawn: np.ndarray) -> pd.DataFrame:
    """The rows of the photographs drawn; one drawn twice counts as two photographs."""
    counts = [len(rows[number]) for number in drawn]
    picked = table.iloc[np.concatenate([rows[number] for number in drawn])]
    return picked.assign(image=np.repeat(np.arange(len(drawn)), counts))
