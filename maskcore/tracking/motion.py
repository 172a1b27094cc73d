"""Where heads are and where they will be next: a constant-velocity Kalman filter for many boxes at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Of centre x, centre y (in heights of the face), ln width, ln height.
MEASURED = np.array([0.05, 0.05, 0.08, 0.08])  # standard deviation of a box around the truth
SPEED_FIRST = np.array([2.0, 1.0, 0.3, 0.3])  # standard deviation of a new track's speed, a second
PUSH = np.array([1.2, 0.8, 0.16, 0.16])  # how hard heads change their speed, a second and root second
COAST_S = 1.0  # unseen, a head's supposed speed falls to a third in this time


class Motion:
    """Filtered boxes of some tracks, one row each.

    The four coordinates are filtered apart, so that a row's covariance is four matrices of 2 by 2, kept as their three
    different entries. Noise follows the size of the face (Kalman 1960; white-noise acceleration as in Bar-Shalom et
    al. 2001, chapter 6).
    """

    def __init__(self) -> None:
        self._place = np.zeros((0, 4))
        self._speed = np.zeros((0, 4))
        self._cov = np.zeros((3, 0, 4))  # place with place, place with speed, speed with speed

    def __len__(self) -> int:
        return len(self._place)

    def boxes_xyxy(self) -> Floats:
        """(N, 4) boxes in pixels."""
        return _boxes(self._place)

    def ahead_xyxy(self, dt_s: float) -> Floats:
        """(N, 4) boxes in pixels, so many seconds on, if heads go on as they do; nothing changes."""
        return _boxes(self._place + self._speed * dt_s)

    def predict(self, dt_s: float) -> None:
        """Move all rows on by so many seconds."""
        self._place += self._speed * dt_s
        push = (PUSH * self._units()) ** 2
        pp, ps, ss = self._cov
        self._cov = np.stack(
            [
                pp + 2 * dt_s * ps + dt_s**2 * ss + push * dt_s**3 / 3,
                ps + dt_s * ss + push * dt_s**2 / 2,
                ss + push * dt_s,
            ]
        )

    def coast(self, rows: NDArray[np.bool_], dt_s: float) -> None:
        """Slow down the rows that were not seen: a guess grows worse with time."""
        self._speed[rows] *= np.exp(-dt_s / COAST_S)

    def update(self, rows: NDArray[np.int64], boxes_xyxy: Floats) -> None:
        """Take what was measured.

        Args:
            rows: (M,) rows that were seen.
            boxes_xyxy: (M, 4) where, in pixels.
        """
        pp, ps, ss = self._cov[:, rows]
        noise = (MEASURED * self._units()[rows]) ** 2
        missed = _coordinates(boxes_xyxy) - self._place[rows]
        gain_place, gain_speed = pp / (pp + noise), ps / (pp + noise)
        self._place[rows] += gain_place * missed
        self._speed[rows] += gain_speed * missed
        self._cov[:, rows] = np.stack([pp * (1 - gain_place), ps * (1 - gain_place), ss - gain_speed * ps])

    def add(self, boxes_xyxy: Floats) -> None:
        """Append rows for new tracks, at rest where they were seen: (M, 4) pixels."""
        places = _coordinates(boxes_xyxy)
        units = _units(places)
        new = np.stack([(MEASURED * units) ** 2, np.zeros_like(units), (SPEED_FIRST * units) ** 2])
        self._place = np.vstack([self._place, places])
        self._speed = np.vstack([self._speed, np.zeros_like(places)])
        self._cov = np.concatenate([self._cov, new], axis=1)

    def scale(self, factors_xy: Sequence[float]) -> None:
        """Go over to pixels of another size: a number of new ones for each old one, across and down."""
        factors = np.array(factors_xy, np.float64)
        self._place[:, :2] *= factors
        self._place[:, 2:] += np.log(factors)
        self._speed[:, :2] *= factors
        self._cov[:, :, :2] *= factors**2

    def mirror(self, width: float) -> None:
        """Go over to the mirror image of a picture so many pixels wide."""
        self._place[:, 0] = width - self._place[:, 0]
        self._speed[:, 0] *= -1

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Drop all other rows."""
        self._place, self._speed, self._cov = self._place[rows], self._speed[rows], self._cov[:, rows]

    def _units(self) -> Floats:
        return _units(self._place)


def _boxes(places: Floats) -> Floats:
    centres, halves = places[:, :2], np.exp(places[:, 2:]) / 2
    return np.hstack([centres - halves, centres + halves])


def _coordinates(boxes_xyxy: Floats) -> Floats:
    sides = np.maximum(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 1.0)
    return np.hstack([(boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2, np.log(sides)])


def _units(places: Floats) -> Floats:
    """(N, 4): pixels for each unit of the four coordinates' noise."""
    height = np.exp(places[:, 3:])
    return np.hstack([height, height, np.ones_like(height), np.ones_like(height)])
